import { describe, expect, it } from 'vitest';
import { GRID_COLUMNS } from '#core/vp/columns';
import { GLOSSARY } from '#ui/glossary';
import { modelStatus } from '#ui/signals';

const WORDS = GLOSSARY.map(([word]) => word)
  .join(', ')
  .toLowerCase();

/** Known to whoever trades, or a place in the page's table. */
const PLAIN =
  /^(add|pull|fill|rest|resting|bid|ask|depth|best|move|of|up|down|row|offset|from|last|event|1st|2nd|3rd|derivative|added|pulled|filled)$/;

describe('the glossary', () => {
  it('has every word of the columns that a trader would not know', () => {
    const words = GRID_COLUMNS.flatMap(({ title }) => title.toLowerCase().split(/[^a-z0-9]+/)).filter(
      (word) => word !== '' && !PLAIN.test(word),
    );
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => !WORDS.includes(word))).toEqual([]);
  });

  it('has the states of the model', () => {
    expect(WORDS).toContain(modelStatus(undefined).label.toLowerCase());
    for (const word of ['warm', 'live', 'chop', 'tighten']) expect(WORDS).toContain(word);
  });

  it('explains each word once', () => {
    expect(new Set(GLOSSARY.map(([word]) => word)).size).toBe(GLOSSARY.length);
    for (const [, meaning] of GLOSSARY) expect(meaning.length).toBeGreaterThan(10);
  });
});
