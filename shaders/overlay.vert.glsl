// Lines, bands and discs in device pixels from the top left; see src/render/overlay-mesh.ts for the layout.
precision highp float;

attribute vec2 a_position;
attribute vec2 a_offset;
attribute float a_halfWidth;
attribute vec3 a_dash;
attribute vec4 a_color;

uniform vec2 u_canvasPx;

varying vec2 v_offset;
varying float v_halfWidth;
varying vec3 v_dash;
varying vec4 v_color;

void main() {
  v_offset = a_offset;
  v_halfWidth = a_halfWidth;
  v_dash = a_dash;
  v_color = a_color;
  gl_Position = vec4(2.0 * a_position.x / u_canvasPx.x - 1.0, 1.0 - 2.0 * a_position.y / u_canvasPx.y, 0.0, 1.0);
}
