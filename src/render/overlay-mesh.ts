import type { LineStyle, OverlaySink } from './overlay-sink';
import type { Rgba } from './theme';

/**
 * Overlay geometry as one triangle strip for the GPU. Each vertex carries its offset from the line's centre;
 * the shader turns that into antialiased edges. Neighbouring segments share their vertices, so a translucent
 * line does not darken at its corners.
 *
 * Vertex, 4-byte words: x, y, offset x, offset y, half width, dash position, dash length, dash period, RGBA8.
 */
export const VERTEX_WORDS = 9;
export const VERTEX_BYTES = VERTEX_WORDS * 4;
/** Room around a line for its antialiased edge. */
const EDGE_PX = 1;
/** Sharp corners are cut at this multiple of the half width. */
const MITER_LIMIT = 2;
/** Half width of a band: every pixel inside is fully covered. */
const SOLID = 1e4;
const INITIAL_VERTICES = 4096;

export class OverlayMesh implements OverlaySink {
  floats = new Float32Array(INITIAL_VERTICES * VERTEX_WORDS);
  private bytes = new Uint8Array(this.floats.buffer);
  private count = 0;
  private stitch = false;
  private halfWidth = 0;
  private dashStart = 0;
  private dashLength = 0;
  private dashPeriod = 0;
  private red = 0;
  private green = 0;
  private blue = 0;
  private alpha = 0;

  get vertexCount(): number {
    return this.count;
  }

  clear(): void {
    this.count = 0;
    this.stitch = false;
  }

  line(points: Float32Array, count: number, style: LineStyle): void {
    this.halfWidth = style.width / 2;
    this.dashLength = style.dash;
    this.dashPeriod = style.dash > 0 ? style.dash + style.gap : 0;
    this.dashStart = style.dashStart;
    this.setColor(style.color, style.opacity);
    const along = style.dashAxis === 'x' ? 0 : 1;
    for (let i = 0; i < count; i++) {
      if (!isPoint(points, i)) continue;
      const hasBefore = i > 0 && isPoint(points, i - 1);
      const hasAfter = i + 1 < count && isPoint(points, i + 1);
      if (!hasBefore) this.stitch = true;
      if (!hasBefore && !hasAfter) continue;
      this.joint(points, hasBefore ? i - 1 : i, i, hasAfter ? i + 1 : i, points[2 * i + along]);
    }
  }

  band(points: Float32Array, count: number, color: Rgba, opacity: number): void {
    this.halfWidth = SOLID;
    this.dashPeriod = 0;
    this.setColor(color, opacity);
    this.stitch = true;
    for (let i = 0; i < count; i++) {
      const x = points[3 * i];
      const upper = points[3 * i + 1];
      const lower = points[3 * i + 2];
      if (x !== x || upper !== upper || lower !== lower) {
        this.stitch = true;
        continue;
      }
      this.vertex(x, upper, 0, 0, 0);
      this.vertex(x, lower, 0, 0, 0);
    }
  }

  disc(x: number, y: number, radius: number, color: Rgba): void {
    this.halfWidth = radius;
    this.dashPeriod = 0;
    this.setColor(color, 1);
    this.stitch = true;
    const r = radius + EDGE_PX;
    this.vertex(x - r, y - r, -r, -r, 0);
    this.vertex(x - r, y + r, -r, r, 0);
    this.vertex(x + r, y - r, r, -r, 0);
    this.vertex(x + r, y + r, r, r, 0);
  }

  /** The pair of vertices at point `at`, between its neighbours (equal to `at` at the ends). */
  private joint(points: Float32Array, before: number, at: number, after: number, along: number): void {
    const x = points[2 * at];
    const y = points[2 * at + 1];
    let inX = x - points[2 * before];
    let inY = y - points[2 * before + 1];
    let outX = points[2 * after] - x;
    let outY = points[2 * after + 1] - y;
    const inLength = Math.hypot(inX, inY);
    const outLength = Math.hypot(outX, outY);
    if (inLength === 0 && outLength === 0) return;
    inX = inLength > 0 ? inX / inLength : outX / outLength;
    inY = inLength > 0 ? inY / inLength : outY / outLength;
    outX = outLength > 0 ? outX / outLength : inX;
    outY = outLength > 0 ? outY / outLength : inY;
    let normalX = -(inY + outY);
    let normalY = inX + outX;
    const length = Math.hypot(normalX, normalY);
    if (length < 1e-6) {
      normalX = -inY;
      normalY = inX;
    } else {
      normalX /= length;
      normalY /= length;
    }
    const cosine = Math.abs(normalX * -inY + normalY * inX);
    const reach = this.halfWidth + EDGE_PX;
    const miter = reach * Math.min(1 / Math.max(cosine, 1e-6), MITER_LIMIT);
    this.vertex(x + normalX * miter, y + normalY * miter, 0, reach, along);
    this.vertex(x - normalX * miter, y - normalY * miter, 0, -reach, along);
  }

  private setColor([r, g, b, a]: Rgba, opacity: number): void {
    this.red = r;
    this.green = g;
    this.blue = b;
    this.alpha = Math.round(Math.min(Math.max(a * opacity, 0), 1) * 255);
  }

  /** Appends a vertex; after an interruption, degenerate triangles lead to it. */
  private vertex(x: number, y: number, offsetX: number, offsetY: number, along: number): void {
    if ((this.count + 3) * VERTEX_WORDS > this.floats.length) this.grow();
    if (this.stitch) {
      this.stitch = false;
      if (this.count > 0) {
        this.repeatLast();
        this.write(x, y, offsetX, offsetY, along);
      }
    }
    this.write(x, y, offsetX, offsetY, along);
  }

  private repeatLast(): void {
    const from = (this.count - 1) * VERTEX_WORDS;
    this.floats.copyWithin(from + VERTEX_WORDS, from, from + VERTEX_WORDS);
    this.count++;
  }

  private write(x: number, y: number, offsetX: number, offsetY: number, along: number): void {
    const f = this.floats;
    const at = this.count * VERTEX_WORDS;
    f[at] = x;
    f[at + 1] = y;
    f[at + 2] = offsetX;
    f[at + 3] = offsetY;
    f[at + 4] = this.halfWidth;
    f[at + 5] = along - this.dashStart;
    f[at + 6] = this.dashLength;
    f[at + 7] = this.dashPeriod;
    const b = (at + 8) * 4;
    this.bytes[b] = this.red;
    this.bytes[b + 1] = this.green;
    this.bytes[b + 2] = this.blue;
    this.bytes[b + 3] = this.alpha;
    this.count++;
  }

  private grow(): void {
    const wider = new Float32Array(this.floats.length * 2);
    wider.set(this.floats);
    this.floats = wider;
    this.bytes = new Uint8Array(wider.buffer);
  }
}

function isPoint(points: Float32Array, i: number): boolean {
  const x = points[2 * i];
  const y = points[2 * i + 1];
  return x === x && y === y;
}
