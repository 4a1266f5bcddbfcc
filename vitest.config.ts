import { defineConfig } from 'vitest/config';
import { ensureKernel } from './tools/build-kernel.mjs';

await ensureKernel();

export default defineConfig({
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'cli/**/*.test.ts', 'workers/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
