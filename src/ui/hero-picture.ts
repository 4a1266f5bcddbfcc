/**
 * The decoration behind the start page: a picture in the manner of the map, drawn from a fixed seed. It shows no
 * data.
 */
import { scoreColours } from '#ui/ramp';
import type { ResolvedTheme } from '#ui/tokens.css';

const CELL_WIDTH = 5;
const CELL_HEIGHT = 8;
const WALLS = 9;

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Heights of a wandering price, one per column, in rows around zero. */
function pricePath(columns: number, random: () => number): number[] {
  const path: number[] = [];
  let price = 0;
  let drift = 0;
  for (let c = 0; c < columns; c++) {
    drift = 0.97 * drift + (random() - 0.5) * 0.16;
    price = 0.998 * price + drift;
    path.push(price);
  }
  return path;
}

export function drawHero(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  theme: ResolvedTheme,
): void {
  const random = randomFrom(20260206);
  const columns = Math.ceil(width / CELL_WIDTH);
  const rows = Math.ceil(height / CELL_HEIGHT);
  const path = pricePath(columns, random);
  const colour = scoreColours(theme);
  const walls = Array.from({ length: WALLS }, () => ({
    row: Math.floor((random() - 0.5) * rows * 0.9),
    from: random() * columns * 0.8,
    length: columns * (0.15 + random() * 0.5),
    strength: random() < 0.55 ? 1 : -1,
  }));
  context.clearRect(0, 0, width, height);
  for (let c = 0; c < columns; c++) {
    for (let r = 0; r < rows; r++) {
      const row = r - rows / 2;
      const away = row - path[c];
      let score = 0;
      let alpha = 0.1 + 0.25 * random() * Math.exp(-Math.abs(away) / 16);
      for (const wall of walls) {
        if (Math.round(row) !== wall.row || c < wall.from || c > wall.from + wall.length) continue;
        const near = Math.exp(-Math.abs(away) / 9);
        score = wall.strength * (0.45 + 0.5 * near) * (0.7 + 0.3 * random());
        alpha = 0.45 + 0.5 * near;
      }
      const edge = Math.abs(away);
      if (score === 0 && edge < 5 && random() < 0.4) {
        const trend = path[Math.min(columns - 1, c + 14)] - path[c];
        score = Math.max(-1, Math.min(1, Math.sign(away) * -trend * 0.5 + (random() - 0.5) * 0.4));
        alpha = 0.7 * (1 - edge / 5) + 0.2;
      }
      context.globalAlpha = alpha;
      context.fillStyle = colour(score);
      context.fillRect(c * CELL_WIDTH, r * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT);
    }
  }
  context.globalAlpha = 0.8;
  context.strokeStyle = theme === 'dark' ? '#ecf2ff' : '#14161d';
  context.lineWidth = 1.25;
  context.beginPath();
  path.forEach((price, c) => {
    const x = c * CELL_WIDTH;
    const y = height / 2 + Math.round(price) * CELL_HEIGHT + CELL_HEIGHT / 2;
    if (c === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
  context.globalAlpha = 1;
}
