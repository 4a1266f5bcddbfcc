import { fail } from '#base/problem';
import type { ByteSource } from '#core/io/byte-source';

/** A dropped `File`, read by slices. */
export function fileSource(file: File): ByteSource {
  return {
    name: file.name,
    size: file.size,
    slice: async (start, end) => {
      try {
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      } catch {
        return fail('file/unreadable', `The file can no longer be read: ${file.name}`, {
          offset: start,
          tip: 'It may have been moved or changed since it was dropped: drop it again.',
        });
      }
    },
  };
}
