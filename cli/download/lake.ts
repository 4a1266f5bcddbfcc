/** The lake on disk: what it has of a product, and the options of a day by the definitions in it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError, type Problem } from '#base/problem';
import { openCapture } from '#core/capture/open-capture';
import { familyProducts, SCHEMA_CHOICES, type Family, type Product } from '#core/databento/products';
import { OptionDefinitions, type OptionDefinition } from '#core/lake/option-definitions';
import { parseRawFileName, RAW_FOLDER, type RawFileName } from '#core/lake/raw-layout';
import { sameDayAssets } from '#core/lake/same-day-options';
import type { CliIo } from '#cli/io';
import { failReading, systemCode } from '#cli/file-problems';

export class LakeFolder {
  /** Where products lie. */
  readonly raw: string;
  readonly #files = new Map<string, { path: string; name: RawFileName }[]>();

  constructor(lake: string) {
    this.raw = join(lake, ...RAW_FOLDER.split('/'));
  }

  /** The file of a day, directly in the folder of its product; `undefined` where there is none. */
  find(product: Product, root: string, date: string): string | undefined {
    const file = this.#list(product.folder(root)).find(
      ({ name }) =>
        name.schema === product.schema &&
        name.date <= date &&
        date <= name.lastDate &&
        (!product.namesRoot || name.symbol === root),
    );
    return file?.path;
  }

  #list(folder: string) {
    let files = this.#files.get(folder);
    if (!files) {
      const path = join(this.raw, folder);
      files = namesIn(path).flatMap((text) => {
        const name = parseRawFileName(text);
        return name ? [{ path: join(path, text), name }] : [];
      });
      this.#files.set(folder, files);
    }
    return files;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? [] : failReading(error, path);
  }
}

/** The product whose files say which options a day has. */
export function definitionsOf(family: Family): Product {
  const products = familyProducts(family, { underlying: [], options: SCHEMA_CHOICES[family].options });
  return products.find((product) => product.schema === 'definition')!;
}

/** @throws ProblemError `import/…`, `dbn/…` for a file of which not everything can be read */
export async function readDefinitions(path: string, io: CliIo): Promise<OptionDefinition[]> {
  const capture = await openCapture([io.openInput(path)], { needs: 'any' });
  const definitions = new OptionDefinitions();
  for await (const part of capture.read()) {
    if (part.kind === 'records') definitions.add(part);
    else if (part.kind === 'warning' && part.damage) throw new ProblemError(part.problem);
  }
  return definitions.list();
}

export type AssetsOrProblem = readonly string[] | Problem;

/** Assets whose options expire on a day; files are read once. */
export class SameDayAssets {
  readonly #read = new Map<string, AssetsOrProblem>();

  constructor(
    private readonly family: Family,
    private readonly io: CliIo,
  ) {}

  /** @param path file with the definitions of the day */
  async of(path: string, root: string, date: string): Promise<AssetsOrProblem> {
    let assets = this.#read.get(path);
    if (!assets) {
      assets = await this.#decode(path, root, date);
      this.#read.set(path, assets);
    }
    return assets;
  }

  async #decode(path: string, root: string, date: string): Promise<AssetsOrProblem> {
    try {
      return sameDayAssets(await readDefinitions(path, this.io), { family: this.family, root, date });
    } catch (error) {
      if (error instanceof ProblemError) return error.problem;
      throw error;
    }
  }
}
