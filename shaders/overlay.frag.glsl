precision highp float;

varying vec2 v_offset;
varying float v_halfWidth;
// Position along the line, dash length, dash period (0 = solid).
varying vec3 v_dash;
varying vec4 v_color;

void main() {
  // Coverage of the pixel: a ramp one pixel wide over the edge. Lines below one pixel fade instead.
  float coverage = clamp(v_halfWidth + 0.5 - length(v_offset), 0.0, min(1.0, 2.0 * v_halfWidth));
  if (v_dash.z > 0.0) {
    float at = mod(v_dash.x, v_dash.z);
    coverage *= clamp(min(at, v_dash.y - at) + 0.5, 0.0, 1.0);
  }
  gl_FragColor = vec4(v_color.rgb, v_color.a * coverage);
}
