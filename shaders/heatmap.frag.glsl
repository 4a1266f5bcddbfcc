// One pixel of the heatmap; the twin of src/render/color-model.ts.
//
//   pixel x -> column -> ring slot     pixel y -> tick(s) -> row within that column
//
// The rings hold raw cells as uploaded. Prices are absolute, so a moving spot changes only the first tick of a
// column; nothing is ever shifted or rebuilt.
// MAX_TICKS, EMPTY_BELOW, EMPTY_CELL are defined by the loader, which also puts the precisions and transfer.glsl
// in front.

uniform sampler2D u_ringA;
uniform sampler2D u_ringB;
// Per slot: first tick and row count in ring A, the same for ring B. Ticks are relative to u_ringTick.
uniform sampler2D u_ringMeta;
uniform sampler2D u_table;
uniform float u_ringWidth;
uniform float u_ringHeight;
uniform float u_headSlot;
uniform float u_tableRows;
uniform float u_mean;
uniform vec3 u_background;
uniform vec3 u_hatch;
// Device pixels.
uniform float u_hatchPeriod;
uniform float u_hatchLine;
uniform float u_heightPx;
uniform float u_x0;
uniform float u_dx;
uniform float u_xStart;
uniform float u_xEnd;
uniform float u_columnCount;
uniform float u_yTop;
uniform float u_dy;
// viewTick - ringTick
uniform float u_tickShift;

float cell(sampler2D ring, float slotX, float row, float rows) {
  if (row < 0.0 || row >= rows) return EMPTY_CELL;
  return texture2D(ring, vec2(slotX, (row + 0.5) / u_ringHeight)).r;
}

float reduceTicks(sampler2D ring, float slotX, vec2 meta, float first, float count) {
  float best = EMPTY_CELL;
  float known = 0.0;
  for (int i = 0; i < MAX_TICKS; i++) {
    if (float(i) >= count) break;
    float v = cell(ring, slotX, first + float(i) - meta.x, meta.y);
    if (v < EMPTY_BELOW) continue;
    known += 1.0;
    if (known < 1.5) best = v;
    else if (u_mean > 0.5) best += v;
    else if (abs(v) >= abs(best)) best = v;
  }
  return u_mean > 0.5 && known > 1.5 ? best / known : best;
}

void main() {
  gl_FragColor = vec4(u_background, 1.0);

  float x = u_x0 + gl_FragCoord.x * u_dx;
  float column = floor(x);
  if (x < u_xStart || x >= u_xEnd || column < 0.0 || column >= u_columnCount) return;
  float slot = u_headSlot + column;
  if (slot >= u_ringWidth) slot -= u_ringWidth;
  float slotX = (slot + 0.5) / u_ringWidth;
  vec4 meta = texture2D(u_ringMeta, vec2(slotX, 0.5));

  float centre = u_heightPx - gl_FragCoord.y;
  float first;
  float count = 1.0;
  if (u_dy <= 1.0) {
    first = floor(u_yTop - centre * u_dy + 0.5);
  } else {
    first = ceil(u_yTop - (centre + 0.5) * u_dy);
    count = ceil(u_yTop - (centre - 0.5) * u_dy) - first;
  }
  first += u_tickShift;

  float a = reduceTicks(u_ringA, slotX, meta.xy, first, count);
  if (a < EMPTY_BELOW) {
    // The column is known, but none of its rows reaches here.
    vec2 pixel = floor(vec2(gl_FragCoord.x, centre));
    if (meta.y > 0.5 && mod(pixel.x + pixel.y, u_hatchPeriod) < u_hatchLine) gl_FragColor = vec4(u_hatch, 1.0);
    return;
  }
  vec2 at = vec2(entry(tablePosition(a), PALETTE_STEPS), 0.5);
  if (u_tableRows > 1.5) {
    float b = reduceTicks(u_ringB, slotX, meta.zw, first, count);
    float strength = b < EMPTY_BELOW ? 0.0 : scoreStrength(b);
    at = vec2(entry(0.5 + 0.5 * strength, PALETTE_STEPS), entry(tablePosition(a), DEPTH_STEPS));
  }
  gl_FragColor = vec4(texture2D(u_table, at).rgb, 1.0);
}
