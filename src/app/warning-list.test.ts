import { describe, expect, it } from 'vitest';
import { problem } from '#base/problem';
import { WarningList } from '#app/warning-list';

describe('the list of warnings', () => {
  it('counts what is beyond its end', () => {
    const list = new WarningList();
    for (let i = 0; i < 230; i++) list.add(problem('dbn/damaged', `Record ${i} is damaged.`));
    expect(list.store.value).toHaveLength(200);
    expect(list.unlisted.value).toBe(30);
    list.add(problem('dbn/damaged', 'Record 7 is damaged.'));
    expect(list.store.value[7].count).toBe(2);
    expect(list.unlisted.value).toBe(30);
    list.clear();
    expect([list.store.value.length, list.unlisted.value]).toEqual([0, 0]);
  });
});
