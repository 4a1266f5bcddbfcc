// From a value to a position in a colour table; the twin of src/view/transfer.ts.
// PALETTE_STEPS, DEPTH_STEPS, SCORE_EXPONENT, TRANSFER_SQRT, TRANSFER_LOG are defined by the loader.

uniform float u_transferCode;
uniform float u_knee;
uniform float u_diverging;
uniform float u_offset;
uniform float u_positiveScale;
uniform float u_negativeScale;

float curve(float v) {
  float magnitude = abs(v);
  if (u_transferCode == TRANSFER_SQRT) return sign(v) * sqrt(magnitude);
  if (u_transferCode == TRANSFER_LOG) return sign(v) * log(1.0 + magnitude / u_knee);
  return v;
}

float tablePosition(float v) {
  float c = curve(v);
  float u = u_diverging > 0.5
    ? 0.5 + c * (c < 0.0 ? u_negativeScale : u_positiveScale)
    : (c - u_offset) * u_positiveScale;
  return clamp(u, 0.0, 1.0);
}

float scoreStrength(float score) {
  return sign(score) * pow(min(abs(score), 1.0), SCORE_EXPONENT);
}

// Centre of the nearest of `steps` entries.
float entry(float position, float steps) {
  return (floor(position * (steps - 1.0) + 0.5) + 0.5) / steps;
}
