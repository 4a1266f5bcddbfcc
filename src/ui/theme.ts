import type { ViewState } from '#app/model';
import type { ResolvedTheme } from '#ui/tokens.css';

/** The theme to draw; `system` follows the browser. */
export function resolveTheme(wish: ViewState['theme'], prefersLight: boolean): ResolvedTheme {
  return wish === 'system' ? (prefersLight ? 'light' : 'dark') : wish;
}

/** Tells the browser's preference now and when it changes; returns the function that ends it. */
export function watchPreference(changed: (prefersLight: boolean) => void): () => void {
  const query = matchMedia('(prefers-color-scheme: light)');
  const listener = (): void => changed(query.matches);
  query.addEventListener('change', listener);
  listener();
  return () => {
    query.removeEventListener('change', listener);
  };
}
