import { describe, expect, it } from 'vitest';
import { filesOfEntries, type DropEntry } from '#ui/drop-files';

function file(name: string): DropEntry {
  return { isFile: true, isDirectory: false, name, file: (done) => done(new File([], name)) };
}

/** Hands out its entries two at a time, as browsers hand out a hundred. */
function folder(name: string, children: DropEntry[]): DropEntry {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => {
      const left = [...children];
      return { readEntries: (done) => done(left.splice(0, 2)) };
    },
  };
}

async function names(entries: DropEntry[]): Promise<string[]> {
  return (await filesOfEntries(entries)).map((f) => f.name);
}

describe('a drop', () => {
  it('opens folders to any depth, in order of name', async () => {
    const tree = folder('day', [file('c'), file('a'), folder('b', [file('b2'), file('b1')])]);
    expect(await names([tree, file('z')])).toEqual(['a', 'b1', 'b2', 'c', 'z']);
  });

  it('leaves out what desktops leave behind', async () => {
    expect(await names([folder('day', [file('.DS_Store'), file('Thumbs.db'), file('es.dbn')])])).toEqual([
      'es.dbn',
    ]);
  });

  it('skips what cannot be read', async () => {
    const broken: DropEntry = {
      isFile: true,
      isDirectory: false,
      name: 'x',
      file: (_done, failed) => failed(new Error()),
    };
    const locked: DropEntry = {
      isFile: false,
      isDirectory: true,
      name: 'y',
      createReader: () => ({ readEntries: (_done, failed) => failed(new Error()) }),
    };
    expect(await names([broken, locked, file('ok')])).toEqual(['ok']);
  });
});
