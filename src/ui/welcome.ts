import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SampleInfo } from '#app/model';
import { COMMAND_IDS, chordKeys, isMac, withKey } from '#ui/command-ids';
import { SpyElement, type Subscribable } from '#ui/element';
import { requestPart } from '#ui/events';
import { formatBytes, formatCount } from '#ui/format';
import { drawHero } from '#ui/hero-picture';
import { icon } from '#ui/icons';
import { openSettingsText } from '#ui/open-settings-dialog';
import { SHARED } from '#ui/shared.css';
import { WELCOME_STYLES } from '#ui/welcome.css';
import type { ResolvedTheme } from '#ui/tokens.css';
import '#ui/privacy-badge';

/** The page before a capture is opened: drop, pick or take a sample. */
@customElement('spy-welcome')
export class SpyWelcome extends SpyElement {
  static override styles = [SHARED, WELCOME_STYLES];

  @property({ attribute: false }) samples: readonly SampleInfo[] = [];
  @property({ attribute: false }) formats: readonly string[] = [];
  @property({ attribute: false }) theme: ResolvedTheme = 'dark';
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  readonly #resize = new ResizeObserver(() => this.#paint());

  protected override watched(): readonly Subscribable[] {
    return [this.model.session, this.model.openSettings];
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
            <button
              class="btn quiet settings"
              title=${withKey('Bin width and start', this.commands, COMMAND_IDS.openSettings)}
              @click=${() => requestPart(this, 'open-settings')}
            >
              ${openSettingsText(this.model.openSettings.value) || 'Bin width and start…'}
            </button>
          </div>
          ${
            this.samples.length > 0
              ? html`<h2>No capture at hand? Take a sample, made by the simulator.</h2>
                  <div class="samples" ?data-single=${this.samples.length === 1}>
                    ${this.samples.map((sample) => this.#sample(sample))}
                  </div>`
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
