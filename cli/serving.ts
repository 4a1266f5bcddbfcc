/** `spymaster serving`: the registry of published specs. */
import { userInfo } from 'node:os';
import { resolveServing } from '#core/config/serving-registry';
import type { PublishedServingSpec } from '#core/config/serving-spec';
import { activateServing, publishServing, readRegistry, type StoredRegistry } from '#relay/serving-folder';
import { readMapping } from '#cli/config-file';
import type { CliCommand } from '#cli/main';
import type { CliIo } from '#cli/io';
import { parseCommand, text, UsageError, type CommandLine } from '#cli/usage';

const HELP = `Usage: spymaster serving ACTION … [--registry PATH]

Published serving specs: what a stream runs on, immutable; aliases, which move; the log of every move. A selector is an
alias or a serving_id. Output is JSON.

  list                    aliases, versions, and version files that the log does not know
  show SELECTOR           the spec as it was published
  resolve SELECTOR        the runtime configuration it gives, its day and its source
  diff SELECTOR SELECTOR  the fields in which two versions differ
  log                     every event since the beginning, oldest first; the hash chain is checked
  publish SPEC --alias A  a spec (YAML or JSON) as a new version, and the alias to it; a run and configuration that
                          are published already only move the alias
  activate ALIAS SELECTOR points an alias to a version: also the way back

  --registry PATH  the folder of the registry (default servings), or for reading a catalogue such as
                   public/servings/registry.json
  --product P, --symbol S  resolve: refuse any other instrument
  --actor NAME     who moves the alias (default: the user)
  --reason TEXT    why, for the log

Examples:
  spymaster serving resolve demo --registry public/servings/registry.json
  spymaster serving publish spec.yaml --alias vp_main --reason "first version"
  spymaster serving activate vp_main srv_demo_run00001_cfg00001 --reason "back to the first"
`;

type Action = (line: CommandLine, operands: readonly string[], io: CliIo) => unknown;

const ACTIONS: Readonly<Record<string, { readonly operands: number; readonly run: Action }>> = {
  list: { operands: 0, run: (line) => list(stored(line)) },
  show: { operands: 1, run: (line, [selector]) => resolved(line, selector).spec },
  resolve: { operands: 1, run: (line, [selector]) => resolve(line, selector) },
  diff: { operands: 2, run: (line, [a, b]) => difference(resolved(line, a).spec, resolved(line, b).spec) },
  log: { operands: 0, run: (line) => stored(line).log?.events ?? [] },
  publish: { operands: 1, run: publish },
  activate: { operands: 2, run: activate },
};

export const servingCommand: CliCommand = {
  name: 'serving',
  summary: 'published serving specs: list, show, resolve, diff, log, publish, activate',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      registry: { type: 'string' },
      alias: { type: 'string' },
      product: { type: 'string' },
      symbol: { type: 'string' },
      actor: { type: 'string' },
      reason: { type: 'string' },
    });
    const [name = '', ...operands] = line.files;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) throw new UsageError(`Name an action: ${Object.keys(ACTIONS).join(', ')}.`);
    if (operands.length !== action.operands) {
      throw new UsageError(`serving ${name} takes ${action.operands} operands, got ${operands.length}.`);
    }
    await io.stdout.write(`${JSON.stringify(action.run(line, operands, io), undefined, 2)}\n`);
    return 0;
  },
};

function registryPath(line: CommandLine): string {
  return text(line, 'registry') ?? 'servings';
}

function stored(line: CommandLine): StoredRegistry {
  return readRegistry(registryPath(line));
}

function resolved(line: CommandLine, selector: string) {
  const productType = text(line, 'product');
  const symbol = text(line, 'symbol');
  if ((productType === undefined) !== (symbol === undefined)) {
    throw new UsageError('--product and --symbol name an instrument together.');
  }
  const lock = productType !== undefined && symbol !== undefined ? { productType, symbol } : undefined;
  return resolveServing(stored(line).registry, selector, lock);
}

function list({ registry, log, orphans }: StoredRegistry) {
  const aliases = [...registry.aliases].map(([alias, id]) => ({
    alias,
    serving_id: id,
    updated_at_utc: log?.aliases.get(alias)?.updated_at_utc,
  }));
  const versions = [...registry.versions.values()].map((spec) => ({
    serving_id: spec.serving_id,
    description: spec.description,
    product_type: spec.runtime_snapshot['product_type'],
    symbol: spec.runtime_snapshot['symbol'],
    stream_dt: spec.runtime_snapshot['stream_dt'],
    feed: spec.feed,
    proven: spec.evidence !== undefined,
    source: spec.source,
  }));
  return { aliases, versions, orphans };
}

function resolve(line: CommandLine, selector: string) {
  const { servingName, spec, config, streamDt, streamStartTime } = resolved(line, selector);
  return {
    serving_name: servingName,
    serving_id: spec.serving_id,
    feed: spec.feed,
    stream_dt: streamDt,
    stream_start_time: streamStartTime,
    runtime_config: config,
  };
}

/** Per field the two values; `null` where one has none. */
function difference(a: PublishedServingSpec, b: PublishedServingSpec) {
  const flat = (spec: PublishedServingSpec): Readonly<Record<string, unknown>> => ({
    ...spec.runtime_snapshot,
    'feed.kind': spec.feed?.kind,
    'feed.name': spec.feed?.name,
  });
  const [left, right] = [flat(a), flat(b)];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  const fields = [...names]
    .filter((name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]))
    .map((name) => [name, [left[name] ?? null, right[name] ?? null]]);
  return { serving_ids: [a.serving_id, b.serving_id], fields: Object.fromEntries(fields) as unknown };
}

function publish(line: CommandLine, [path]: readonly string[], io: CliIo) {
  const alias = text(line, 'alias');
  if (alias === undefined) throw new UsageError('Name the alias with --alias A.');
  const raw = readMapping(path, io.readText(path));
  return publishServing(folderOf(line), raw, { alias, ...author(line) });
}

function activate(line: CommandLine, [alias, selector]: readonly string[]) {
  return activateServing(folderOf(line), selector, { alias, ...author(line) });
}

function folderOf(line: CommandLine): string {
  const path = registryPath(line);
  if (path.endsWith('.json')) throw new UsageError(`A catalogue is only read; name a folder: ${path}`);
  return path;
}

function author(line: CommandLine) {
  return {
    actor: text(line, 'actor') ?? userInfo().username,
    reason: text(line, 'reason') ?? '',
    now: new Date(),
  };
}
