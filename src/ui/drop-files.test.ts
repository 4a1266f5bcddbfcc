import { describe, expect, it } from 'vitest';
import { chooseCaptures, filesOfEntries, type DropEntry } from '#ui/drop-files';

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

function brokenFile(name: string): DropEntry {
  return { isFile: true, isDirectory: false, name, file: (_done, failed) => failed(new Error()) };
}

function lockedFolder(name: string): DropEntry {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => ({ readEntries: (_done, failed) => failed(new Error()) }),
  };
}

async function names(entries: DropEntry[]): Promise<string[]> {
  return (await filesOfEntries(entries)).files.map((f) => f.name);
}

/** What is opened of entries, and the codes of what is said about the rest. */
async function chosen(entries: DropEntry[]): Promise<{ opened: string[]; codes: string[] }> {
  const { captures, problems } = chooseCaptures(await filesOfEntries(entries));
  for (const problem of problems) expect(problem.tip).toBeTruthy();
  return { opened: captures.map((f) => f.name), codes: problems.map((p) => p.code) };
}

describe('a drop', () => {
  it('opens folders to any depth, in order of name', async () => {
    const tree = folder('day', [file('c'), file('a'), folder('b', [file('b2'), file('b1')])]);
    expect(await names([tree, file('z')])).toEqual(['a', 'b1', 'b2', 'c', 'z']);
  });

  it('leaves out what desktops leave behind', async () => {
    const entries = [folder('day', [file('.DS_Store'), file('Thumbs.db'), file('es.dbn')]), file('._es.dbn')];
    expect(await chosen(entries)).toEqual({ opened: ['es.dbn'], codes: [] });
  });

  it("opens the captures of a vendor's folder and says what it left out", async () => {
    const order = folder('GLBX-20260206', [
      file('condition.json'),
      file('glbx-mdp3-20260206.mbo.dbn.zst'),
      file('manifest.json'),
      file('METADATA.JSON'),
      file('symbology.csv'),
    ]);
    expect(await chosen([order])).toEqual({
      opened: ['glbx-mdp3-20260206.mbo.dbn.zst'],
      codes: ['drop/skipped'],
    });
    const { problems } = chooseCaptures(await filesOfEntries([order]));
    expect(problems[0].message).toContain('METADATA.JSON, condition.json, manifest.json, symbology.csv');
  });

  it('opens support files when there is nothing else, so that the error says what can be read', async () => {
    expect(await chosen([file('manifest.json'), file('readme.md')])).toEqual({
      opened: ['manifest.json', 'readme.md'],
      codes: [],
    });
  });

  it('says so when there is nothing to open', async () => {
    expect(await chosen([folder('empty', [])])).toEqual({ opened: [], codes: ['drop/empty'] });
    expect(await chosen([folder('day', [file('.DS_Store')])])).toEqual({ opened: [], codes: ['drop/empty'] });
    expect(await chosen([lockedFolder('vault')])).toEqual({ opened: [], codes: ['drop/empty'] });
    const { problems } = chooseCaptures(await filesOfEntries([brokenFile('gone.dbn')]));
    expect(problems[0].message).toContain('gone.dbn');
  });

  it('opens what can be read and names what cannot', async () => {
    const entries = [brokenFile('x'), lockedFolder('y'), file('ok')];
    expect(await chosen(entries)).toEqual({ opened: ['ok'], codes: ['drop/unreadable'] });
    const { problems } = chooseCaptures(await filesOfEntries(entries));
    expect(problems[0].message).toContain('x, y');
  });

  it('names five of many', () => {
    const many = Array.from({ length: 8 }, (_, i) => new File([], `${i}.txt`));
    const { problems } = chooseCaptures({ files: [new File([], 'a.dbn'), ...many], unreadable: [] });
    expect(problems[0].message).toMatch(/: 0\.txt, 1\.txt, 2\.txt, 3\.txt, 4\.txt, 3 more$/);
  });
});
