export const CONTENT_POLICY: string;
export function headersFor(path: string, options?: { dev?: boolean }): Record<string, string>;
