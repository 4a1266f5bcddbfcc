import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SampleInfo } from '#app/model';
import { COMMAND_IDS, chordKeys, isMac } from '#ui/command-ids';
import { SpyElement, type Subscribable } from '#ui/element';
import { requestPart } from '#ui/events';
import { formatBytes, formatCount } from '#ui/format';
import { drawHero } from '#ui/hero-picture';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';
import type { ResolvedTheme } from '#ui/tokens.css';
import '#ui/privacy-badge';

/** The page before a capture is opened: drop, pick or take a sample. */
@customElement('spy-welcome')
export class SpyWelcome extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        position: relative;
        overflow: hidden;
        background: var(--ground);
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        mask-image: radial-gradient(ellipse 62% 72% at 50% 48%, rgb(0 0 0 / 10%) 40%, #000 100%);
      }
      .scroll {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: safe center;
        padding: 24px;
      }
      main {
        display: grid;
        justify-items: center;
        gap: 18px;
        width: min(860px, 100%);
        text-align: center;
      }
      h1 {
        font-size: clamp(26px, 4.2vw, 42px);
        font-weight: 680;
        line-height: 1.12;
        letter-spacing: -0.032em;
        text-wrap: balance;
      }
      .lead {
        max-width: 54ch;
        color: var(--text-2);
        font-size: 15px;
        line-height: 1.5;
        text-wrap: pretty;
      }
      .zone {
        display: grid;
        justify-items: center;
        gap: 12px;
        width: min(560px, 100%);
        margin-top: 6px;
        padding: 26px 20px 20px;
        border: 1.5px dashed var(--line-strong);
        border-radius: 14px;
        background: var(--glass);
      }
      .zone .btn {
        min-height: 40px;
        padding: 0 20px;
        font-size: 14px;
      }
      .zone .btn .kbd {
        background: none;
        border-color: currentColor;
        color: inherit;
        opacity: 0.65;
      }
      .or {
        color: var(--text-2);
      }
      .formats {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 6px;
        margin-top: 2px;
      }
      .formats li {
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: 10px;
        color: var(--text-2);
        font-size: var(--size-xs);
        line-height: 19px;
      }
      h2 {
        margin-top: 8px;
        color: var(--text-2);
        font-size: var(--size-s);
        font-weight: 500;
      }
      .samples {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        gap: 10px;
        width: 100%;
        margin-top: -6px;
      }
      .sample {
        display: grid;
        align-content: start;
        gap: 4px;
        width: 100%;
        height: 100%;
        padding: 12px 14px;
        border-radius: var(--radius-l);
        background: var(--glass);
        box-shadow: inset 0 0 0 1px var(--line-strong);
        text-align: left;
        transition: background-color var(--fast);
      }
      .sample:hover {
        background: var(--control);
      }
      .sample strong {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        font-size: 13.5px;
        font-weight: 600;
      }
      .sample > span {
        color: var(--text-2);
        font-size: var(--size-s);
        line-height: 1.4;
      }
      .sample .meta {
        color: var(--text-3);
        font-size: var(--size-xs);
      }
    `,
  ];

  @property({ attribute: false }) samples: readonly SampleInfo[] = [];
  @property({ attribute: false }) formats: readonly string[] = [];
  @property({ attribute: false }) theme: ResolvedTheme = 'dark';
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #resize = new ResizeObserver(() => this.#paint());

  protected override watched(): readonly Subscribable[] {
    return [this.model.session];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  override render(): TemplateResult {
    const openKey = this.commands.get(COMMAND_IDS.open)?.keys[0];
    return html`<canvas aria-hidden="true"></canvas>
      <div class="scroll">
        <main>
          <h1>Drop an order-book capture</h1>
          <p class="lead">
            Market-by-order records become a map of pressure and vacuum around the price, bin by bin, as fast
            as your machine reads them.
          </p>
          <div class="zone">
            <button class="btn primary" @click=${() => requestPart(this, 'open')}>
              ${icon('open')} Choose files…
              ${openKey ? html`<span class="kbd">${chordKeys(openKey, isMac()).join('+')}</span>` : nothing}
            </button>
            <p class="or">or drop files or a folder anywhere on this page</p>
            <ul class="formats mono" aria-label="Supported formats">
              ${this.formats.map((format) => html`<li>${format}</li>`)}
            </ul>
          </div>
          ${
            this.samples.length > 0
              ? html`<h2>No capture at hand? Take a sample, made by the simulator.</h2>
                  <div class="samples">${this.samples.map((sample) => this.#sample(sample))}</div>`
              : nothing
          }
          <spy-privacy-badge></spy-privacy-badge>
        </main>
      </div>`;
  }

  #sample(sample: SampleInfo): TemplateResult {
    return html`<button class="sample" @click=${() => this.actions.openSample(sample.name)}>
      <strong>${sample.title}<span class="badge synthetic">SYNTHETIC</span></strong>
      <span>${sample.description}</span>
      <span class="meta mono"
        >${sample.symbol} · ${formatCount(sample.records)} records · ${formatBytes(sample.bytes)}</span
      >
    </button>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('theme')) this.#paint();
  }

  #paint(): void {
    const { canvas } = this;
    const { clientWidth: width, clientHeight: height } = this;
    if (!canvas || width === 0 || height === 0) return;
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (context) drawHero(context, width, height, this.theme);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-welcome': SpyWelcome;
  }
}
