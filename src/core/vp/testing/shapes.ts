import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { kernelParameters } from '#core/vp/kernel-parameters';
import { plainKernel } from '#core/vp/kernel-port';
import type { VpKernel } from '#core/vp/vp-kernel';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
import { readShape, type VpShape } from '#core/vp/vp-shape';

/** The shape that a configuration gives, for any publisher. */
export function shapeOf(config: VpRuntimeConfig, instrumentId = 1): VpShape {
  return readShape(kernelParameters(config, { instrumentId }));
}

/** A pipeline on the kernel as TypeScript, and that kernel to look into. */
export function openPipeline(
  config: VpRuntimeConfig,
  options: VpPipelineOptions,
): { readonly pipeline: VpPipeline; readonly kernel: VpKernel } {
  const kernels: VpKernel[] = [];
  const pipeline = new VpPipeline(config, options, (parameters) => {
    const port = plainKernel(parameters);
    kernels.push(port.inner);
    return port;
  });
  return { pipeline, kernel: kernels[0] };
}
