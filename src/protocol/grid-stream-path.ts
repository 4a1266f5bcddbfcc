/** Where a server of grids offers its stream, with `serving` as the only parameter (vacuum-pressure.md section 17). */
export const GRID_STREAM_PATH = '/v1/vacuum-pressure/stream';
