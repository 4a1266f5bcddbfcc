/**
 * What to open of the files that were dropped or picked together. Folders are opened (the browser's entries are the
 * only way to look into one), and what vendors and desktops put beside captures is left out.
 */
import { problem, type Problem } from '#base/problem';

/** The parts of `FileSystemFileEntry` and `FileSystemDirectoryEntry` that are used. */
export interface DropEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
  file?(done: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): {
    readEntries(done: (entries: DropEntry[]) => void, failed: (error: unknown) => void): void;
  };
}

/** All files of a drop, and the names of files and folders that could not be read. */
export interface Drop {
  readonly files: readonly File[];
  readonly unreadable: readonly string[];
}

/** The files to open, and what the user should know about the others. */
export interface Choice {
  readonly captures: readonly File[];
  readonly problems: readonly Problem[];
}

/** Descriptions, checksums and conditions that come with an order of historical data. */
const SUPPORT_FILE = /\.(json|csv|txt|md)$/i;
/** More names than this do not help. */
const NAMES_SHOWN = 5;

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db';
}

/** Support files are left out only beside others: alone they are opened, and the error says what can be read. */
export function chooseCaptures({ files, unreadable }: Drop): Choice {
  const visible = files.filter((file) => !isHidden(file.name));
  const others = visible.filter((file) => !SUPPORT_FILE.test(file.name));
  const captures = others.length > 0 ? others : visible;
  if (captures.length === 0) return { captures, problems: [nothingToOpen(unreadable)] };
  const skipped = visible.filter((file) => !captures.includes(file)).map((file) => file.name);
  return { captures, problems: [...leftOut(skipped), ...notRead(unreadable)] };
}

function nothingToOpen(unreadable: readonly string[]): Problem {
  return unreadable.length > 0
    ? problem('drop/empty', `Nothing that was dropped can be read: ${named(unreadable)}`, {
        tip: 'Look whether you may read it and whether its disk is still connected, then drop it again.',
      })
    : problem('drop/empty', 'There is no file in what was dropped.', {
        tip: 'Drop capture files, or a folder that holds some.',
      });
}

function leftOut(names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return [
    problem('drop/skipped', `Files beside the captures were not opened: ${named(names)}`, {
      tip: 'They describe the captures. Drop one alone to open it all the same.',
    }),
  ];
}

function notRead(names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return [
    problem('drop/unreadable', `A part of what was dropped cannot be read: ${named(names)}`, {
      tip: 'The rest was opened. Look whether you may read these.',
    }),
  ];
}

function named(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return [...names.slice(0, NAMES_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** All files below the entries, by name within each folder, without what desktops leave in folders. */
export async function filesOfEntries(entries: readonly DropEntry[]): Promise<Drop> {
  const drops = await Promise.all(
    entries.map((entry) => (entry.isFile ? readFile(entry) : readFolder(entry))),
  );
  return {
    files: drops.flatMap((drop) => drop.files),
    unreadable: drops.flatMap((drop) => drop.unreadable),
  };
}

function readFile(entry: DropEntry): Promise<Drop> {
  const failed: Drop = { files: [], unreadable: [entry.name] };
  return new Promise((resolve) => {
    if (!entry.file) resolve(failed);
    else
      entry.file(
        (file) => resolve({ files: [file], unreadable: [] }),
        () => resolve(failed),
      );
  });
}

async function readFolder(folder: DropEntry): Promise<Drop> {
  const reader = folder.createReader?.();
  const children: DropEntry[] = [];
  for (;;) {
    // A reader hands out at most a hundred entries at a time and then an empty list.
    const batch = await new Promise<DropEntry[] | undefined>((resolve) => {
      if (reader) reader.readEntries(resolve, () => resolve(undefined));
      else resolve(undefined);
    });
    children.push(...(batch ?? []).filter((child) => !isHidden(child.name)));
    if (batch !== undefined && batch.length > 0) continue;
    const drop = await filesOfEntries(children.sort((a, b) => (a.name < b.name ? -1 : 1)));
    return batch ? drop : { ...drop, unreadable: [folder.name, ...drop.unreadable] };
  }
}

/** Files of a drop event; must be called before the event handler returns. */
export function droppedFiles(transfer: DataTransfer): Promise<Drop> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry() as DropEntry | null)
    .filter((entry): entry is DropEntry => entry !== null);
  const plain: Drop = { files: [...transfer.files], unreadable: [] };
  return entries.length > 0 ? filesOfEntries(entries) : Promise.resolve(plain);
}
