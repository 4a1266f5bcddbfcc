#!/usr/bin/env node
/** Starts the bundled command line, building it on the first run from a fresh checkout. */
import { existsSync } from 'node:fs';

const bundle = new URL('../dist-cli/spymaster.mjs', import.meta.url);
if (!existsSync(bundle)) await import('../tools/build-cli.mjs');
const { main } = await import(bundle.href);
await main();
