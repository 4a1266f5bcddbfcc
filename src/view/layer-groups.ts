/** The layer menu: every grid column once, in groups (vacuum-pressure.md section 17.3). */
import { GRID_COLUMNS, type ColumnSpec } from '#core/vp/columns';
import { COMPOSITE_VIEW } from '#view/layers';

export type { ColumnSpec };

export interface LayerChoice {
  /** Name of a grid column, or the composite view. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
}

export interface LayerGroup {
  readonly title: string;
  readonly layers: readonly LayerChoice[];
}

const COMPOSITE: LayerChoice = { id: COMPOSITE_VIEW, title: 'Pressure and vacuum', unit: '' };

const GROUP_OF: readonly (readonly [title: string, takes: (name: string) => boolean])[] = [
  ['Forces', (name) => name === 'pressure_variant' || name === 'vacuum_variant' || name.startsWith('flow_')],
  ['Composite', (name) => name.startsWith('composite')],
  ['Depth', (name) => /^(rest|bid|ask)_depth$/.test(name)],
  ['Mass', (name) => name.endsWith('_mass')],
  ['Velocity', (name) => name.startsWith('v_')],
  ['Acceleration', (name) => name.startsWith('a_')],
  ['Jerk', (name) => name.startsWith('j_')],
  ['Labels', () => true],
];

/** Groups in menu order; each column stands in the first group that takes it. */
export function groupColumns(): { title: string; columns: ColumnSpec[] }[] {
  const groups = GROUP_OF.map(([title]) => ({ title, columns: [] as ColumnSpec[] }));
  for (const column of GRID_COLUMNS) {
    groups[GROUP_OF.findIndex(([, takes]) => takes(column.name))].columns.push(column);
  }
  return groups;
}

/** `q` in a unit stands for the instrument's quantity unit. */
export function unitText(unit: string, qtyUnit: string | undefined): string {
  return qtyUnit === undefined ? unit : unit.replace(/^q(?=$|\/)/, qtyUnit);
}

/** `Velocity of bid depth` stands as `Bid depth` in the group Velocity. */
function titleIn(group: string, title: string): string {
  const short = title.startsWith(`${group} of `) ? title.slice(group.length + 4) : title;
  return short.charAt(0).toUpperCase() + short.slice(1);
}

/** Menu of layers, the composite view first. */
export function layerGroups(qtyUnit?: string): LayerGroup[] {
  const columns = groupColumns().map(({ title, columns: members }) => ({
    title,
    layers: members.map((c) => ({
      id: c.name,
      title: titleIn(title, c.title),
      unit: unitText(c.unit, qtyUnit),
    })),
  }));
  return [{ title: 'Overview', layers: [COMPOSITE] }, ...columns];
}

/** Title of a layer; the id itself for a layer of another version. */
export function layerTitle(id: string): string {
  if (id === COMPOSITE.id) return COMPOSITE.title;
  return GRID_COLUMNS.find((c) => c.name === id)?.title ?? id;
}

/** Unit of a layer's values with the instrument's quantity unit; empty for a number without one. */
export function layerUnit(id: string, qtyUnit: string | undefined): string {
  return unitText(GRID_COLUMNS.find((c) => c.name === id)?.unit ?? '', qtyUnit);
}
