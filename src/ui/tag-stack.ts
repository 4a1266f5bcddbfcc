/** A label on the price axis that wants to stand at `y` (its centre, CSS pixels). */
export interface Tag {
  readonly id: string;
  readonly y: number;
}

/**
 * Centres for tags of equal height so that none overlaps another and their order by wanted position stays; each
 * group of colliding tags is centred on where its members want to be. Tags out of view are left out.
 */
export function stackTags(tags: readonly Tag[], tagHeight: number, height: number): Map<string, number> {
  const inView = tags.filter((t) => t.y >= 0 && t.y <= height).sort((a, b) => a.y - b.y);
  const groups: { members: Tag[]; centre: number }[] = [];
  for (const tag of inView) {
    groups.push({ members: [tag], centre: tag.y });
    while (groups.length > 1) {
      const [upper, lower] = groups.slice(-2);
      const need = ((upper.members.length + lower.members.length) * tagHeight) / 2;
      if (lower.centre - upper.centre >= need) break;
      const members = [...upper.members, ...lower.members];
      groups.splice(-2, 2, { members, centre: members.reduce((sum, m) => sum + m.y, 0) / members.length });
    }
  }
  const placed = new Map<string, number>();
  for (const { members, centre } of groups) {
    members.forEach((tag, i) => placed.set(tag.id, centre + (i - (members.length - 1) / 2) * tagHeight));
  }
  return placed;
}
