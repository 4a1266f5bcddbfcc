import { problem, type Problem } from '#base/problem';
import { DBN_SNIFF_BYTES, sniffDbn } from '#core/dbn/sniff-dbn';

/** What to tell a user whose input does not start with DBN metadata. */
export function badMagic(prefix: Uint8Array): Problem {
  const sniff = sniffDbn(prefix.subarray(0, DBN_SNIFF_BYTES));
  if (sniff?.kind === 'dbz') {
    return problem('dbn/dbz', 'This is a DBZ file, the format that preceded DBN.', {
      offset: 0,
      tip: 'Convert it with the vendor’s dbn tool, or download the data again as DBN.',
    });
  }
  if (sniff?.kind === 'fragment') {
    const what = sniff.schemas.join(' or ');
    return problem('dbn/no-metadata', 'The input starts with a record instead of DBN metadata.', {
      offset: 0,
      tip: `It looks like a fragment of ${what} records, DBN version ${sniff.versions.join(' or ')}: name its schema and version to open it.`,
    });
  }
  const isCompressed =
    (prefix[0] === 0x28 && prefix[1] === 0xb5 && prefix[2] === 0x2f) ||
    (prefix[0] === 0x1f && prefix[1] === 0x8b);
  return problem('dbn/bad-magic', 'The input does not start with the letters DBN.', {
    offset: 0,
    tip: isCompressed
      ? 'It is compressed: decompress it first.'
      : 'It is no DBN, or its beginning is damaged.',
  });
}

export function unsupportedVersion(version: number): Problem {
  return problem(
    'dbn/unsupported-version',
    `The input is DBN version ${version}; versions 1 to 3 are supported.`,
    {
      offset: 3,
      tip: version > 3 ? 'Ask the vendor for version 3, or update Spymaster.' : 'The file may be damaged.',
    },
  );
}

export function absurdMetadataLength(length: number): Problem {
  return problem('dbn/metadata-length', `The metadata claims a length of ${length} bytes.`, {
    offset: 4,
    tip: 'The first bytes are damaged; get the file again.',
  });
}

export function truncatedMetadata(have: number, need: number | undefined): Problem {
  const of = need === undefined ? '' : ` of ${need}`;
  return problem('dbn/truncated', `The input ends inside the metadata, after ${have}${of} bytes.`, {
    offset: have,
    tip: 'The file is incomplete; get it again.',
  });
}

export function truncatedRecord(offset: number, have: number): Problem {
  return problem('dbn/truncated', `The input ends inside a record, of which there are ${have} bytes.`, {
    offset,
    tip: 'All records before it were read.',
  });
}

export function badRecordLength(offset: number, bytes: number): Problem {
  return problem('dbn/record-length', `A record claims a length of ${bytes} bytes, less than its header.`, {
    offset,
    tip: 'Records before it were read; what follows cannot be told apart.',
  });
}

export function damagedRecord(offset: number, rtype: number, bytes: number, expected: number): Problem {
  return problem(
    'dbn/damaged-record',
    `A record of type ${rtypeText(rtype)} claims ${bytes} bytes instead of ${expected}; it was skipped.`,
    { offset, tip: 'The records around it were read. The file is damaged; get it again.' },
  );
}

export function framingLost(offset: number, rtype: number, bytes: number, expected: number): Problem {
  return problem(
    'dbn/framing-lost',
    `A record of type ${rtypeText(rtype)} claims ${bytes} bytes instead of ${expected}, and no record follows it.`,
    { offset, tip: 'Records before it were read; is the version of the file or fragment right?' },
  );
}

export function unknownRtype(offset: number, rtype: number): Problem {
  return problem('dbn/unknown-rtype', `Records of unknown type ${rtypeText(rtype)} are skipped.`, {
    offset,
    tip: 'The file is newer than Spymaster, or damaged there.',
  });
}

export function joinedFiles(offset: number): Problem {
  return problem('dbn/joined-files', 'A second DBN header follows the records: two files were joined.', {
    offset,
    tip: 'The first part was read. Split the files and open them one by one.',
  });
}

export function wrongFragmentSchema(
  offset: number,
  named: string,
  rtype: number,
  found: readonly string[],
): Problem {
  return problem(
    'dbn/fragment-schema',
    `The fragment was said to hold ${named} records but starts with type ${rtypeText(rtype)}.`,
    {
      offset,
      tip: found.length > 0 ? `Try the schema ${found.join(' or ')}.` : 'The fragment may be damaged.',
    },
  );
}

function rtypeText(rtype: number): string {
  return `0x${rtype.toString(16).padStart(2, '0')}`;
}
