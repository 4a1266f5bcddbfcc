/** Files of a drop, folders opened. The browser's entries are the only way to look into a folder. */
interface FileEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
}

/** The parts of `FileSystemFileEntry` and `FileSystemDirectoryEntry` that are used. */
export interface DropEntry extends FileEntry {
  file?(done: (file: File) => void, failed: (error: unknown) => void): void;
  createReader?(): {
    readEntries(done: (entries: DropEntry[]) => void, failed: (error: unknown) => void): void;
  };
}

/** Sidecar files that desktops leave in folders. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db';
}

/** All files below the entries, by name within each folder. Entries that cannot be read are left out. */
export async function filesOfEntries(entries: readonly DropEntry[]): Promise<File[]> {
  const lists = await Promise.all(entries.map((entry) => filesOfEntry(entry)));
  return lists.flat();
}

async function filesOfEntry(entry: DropEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File | undefined>((resolve) => {
      entry.file?.(resolve, () => resolve(undefined));
    });
    return file ? [file] : [];
  }
  const reader = entry.createReader?.();
  if (!reader) return [];
  const children: DropEntry[] = [];
  for (;;) {
    // A reader hands out at most a hundred entries at a time and then an empty list.
    const batch = await new Promise<DropEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (batch.length === 0) break;
    children.push(...batch.filter((child) => !isHidden(child.name)));
  }
  return filesOfEntries(children.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Files of a drop event; must be called before the event handler returns. */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry() as DropEntry | null)
    .filter((entry): entry is DropEntry => entry !== null);
  const plain = [...transfer.files];
  return entries.length > 0 ? filesOfEntries(entries) : Promise.resolve(plain);
}
