export const CONTENT_POLICY: string;
export function requestedPath(url: string): string | undefined;
export function headersFor(path: string, options?: { dev?: boolean }): Record<string, string>;
