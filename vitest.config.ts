import { defineConfig } from 'vitest/config';
import { ensureKernel } from './tools/build-kernel.mjs';

await ensureKernel();

export default defineConfig({
  test: {
    environment: 'node',
    include: ['src', 'relay', 'cli', 'workers', 'tools'].map((folder) => `${folder}/**/*.test.ts`),
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
