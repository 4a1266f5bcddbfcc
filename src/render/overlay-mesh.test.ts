import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverlayMesh, VERTEX_WORDS } from './overlay-mesh';
import type { LineStyle } from './overlay-sink';

const style: LineStyle = {
  width: 2,
  color: [255, 128, 0, 0.5],
  opacity: 0.5,
  dash: 0,
  gap: 0,
  dashAxis: 'x',
  dashStart: 0,
};

/** Triangles of the strip that cover any area. */
function triangles(mesh: OverlayMesh): [number, number][][] {
  const at = (i: number): [number, number] => [
    mesh.floats[i * VERTEX_WORDS],
    mesh.floats[i * VERTEX_WORDS + 1],
  ];
  const out: [number, number][][] = [];
  for (let i = 0; i + 2 < mesh.vertexCount; i++) {
    const [a, b, c] = [at(i), at(i + 1), at(i + 2)];
    const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
    if (Math.abs(area) > 1e-9) out.push([a, b, c]);
  }
  return out;
}

function inside([a, b, c]: [number, number][], x: number, y: number): boolean {
  const side = (p: [number, number], q: [number, number]): number =>
    (q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]);
  const s = [side(a, b), side(b, c), side(c, a)];
  return s.every((v) => v >= -1e-4) || s.every((v) => v <= 1e-4);
}

describe('the overlay mesh', () => {
  it('covers a line by its width and the room for its edge, no more', () => {
    const mesh = new OverlayMesh();
    mesh.line(Float32Array.from([10, 20, 50, 20]), 2, style);
    const t = triangles(mesh);
    expect(t.length).toBe(2);
    const ys = t.flat().map(([, y]) => y);
    expect([Math.min(...ys), Math.max(...ys)]).toEqual([18, 22]);
  });

  it('breaks lines at NaN without triangles across the gap', () => {
    const mesh = new OverlayMesh();
    mesh.line(Float32Array.from([0, 0, 10, 0, NaN, NaN, 90, 0, 100, 0]), 5, style);
    mesh.line(Float32Array.from([0, 50, 10, 50]), 2, style);
    const t = triangles(mesh);
    expect(t.length).toBe(6);
    expect(t.some((triangle) => inside(triangle, 50, 0) || inside(triangle, 5, 25))).toBe(false);
    expect(t.some((triangle) => inside(triangle, 95, 0))).toBe(true);
  });

  it('covers every point of any line, and leaves out lone points', () => {
    const coordinate = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 12 }), (points) => {
        const mesh = new OverlayMesh();
        mesh.line(Float32Array.from(points.flat()), points.length, style);
        const t = triangles(mesh);
        for (let i = 1; i < points.length; i++) {
          const [x0, y0] = points[i - 1];
          const [x1, y1] = points[i];
          if (Math.hypot(x1 - x0, y1 - y0) < 1) continue;
          const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
          expect(t.some((triangle) => inside(triangle, x, y))).toBe(true);
        }
      }),
    );
    const mesh = new OverlayMesh();
    mesh.line(Float32Array.from([5, 5, NaN, 0, 6, 6]), 3, style);
    expect(mesh.vertexCount).toBe(0);
  });

  it('keeps sharp corners within reach', () => {
    const mesh = new OverlayMesh();
    mesh.line(Float32Array.from([0, 0, 100, 0.01, 0, 0.02]), 3, style);
    for (const [x, y] of triangles(mesh).flat()) {
      expect(Math.abs(y)).toBeLessThan(5);
      expect(x).toBeLessThan(105);
    }
  });

  it('packs colour and opacity into bytes and dashes into words', () => {
    const mesh = new OverlayMesh();
    mesh.line(Float32Array.from([10, 20, 50, 20]), 2, { ...style, dash: 4, gap: 2, dashStart: 3 });
    const bytes = new Uint8Array(mesh.floats.buffer, 8 * 4, 4);
    expect([...bytes]).toEqual([255, 128, 0, 64]);
    expect([...mesh.floats.subarray(4, 8)]).toEqual([1, 7, 4, 6]);
  });

  it('draws bands as quads per pair of points and stops at gaps', () => {
    const mesh = new OverlayMesh();
    mesh.band(
      Float32Array.from([0, 10, 20, 10, 12, 22, NaN, NaN, NaN, 30, 10, 20, 40, 10, 20]),
      5,
      [0, 0, 0, 1],
      1,
    );
    const t = triangles(mesh);
    expect(t.length).toBe(4);
    expect(t.some((triangle) => inside(triangle, 20, 15))).toBe(false);
    expect(t.some((triangle) => inside(triangle, 35, 15))).toBe(true);
  });

  it('grows beyond its first room and starts anew when cleared', () => {
    const mesh = new OverlayMesh();
    const points = Float32Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? i : (i * 7) % 13));
    mesh.line(points, 10_000, style);
    expect(mesh.vertexCount).toBe(20_000);
    const last = (mesh.vertexCount - 1) * VERTEX_WORDS;
    expect(mesh.floats[last]).toBeCloseTo(19_998, -1);
    mesh.clear();
    expect(mesh.vertexCount).toBe(0);
    mesh.disc(5, 5, 3, [1, 2, 3, 1]);
    expect(mesh.vertexCount).toBe(4);
  });
});
