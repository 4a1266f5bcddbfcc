import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { formatProblem, type Problem } from '#base/problem';
import { SpyElement, type Subscribable } from '#ui/element';
import { requestPart } from '#ui/events';
import { formatCount, formatOffset } from '#ui/format';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';

/** The failure that ended loading. It stands above the map and leaves what was loaded usable. */
@customElement('spy-problem-panel')
export class SpyProblemPanel extends SpyElement {
  static override styles = [
    SHARED,
    css`
      :host {
        display: block;
        flex: none;
      }
      .panel {
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr) auto;
        gap: 4px 12px;
        padding: 12px 14px;
        border-bottom: 1px solid var(--line);
        background: var(--error-soft);
      }
      .panel > svg {
        color: var(--error);
        margin-top: 1px;
      }
      h2 {
        font-size: var(--size-m);
        font-weight: 600;
        color: var(--text);
      }
      h2 span {
        color: var(--error);
      }
      p {
        color: var(--text-2);
        max-width: 90ch;
        overflow-wrap: anywhere;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        margin-top: 2px;
        font-size: var(--size-xs);
        color: var(--text-2);
      }
      .actions {
        display: flex;
        gap: 6px;
        align-self: start;
      }
      @media (max-width: 719px) {
        .actions {
          grid-column: 1 / -1;
          margin-top: 6px;
          flex-wrap: wrap;
        }
        .actions .btn:not(.icon) {
          flex: 1;
        }
      }
    `,
  ];

  @state() private hiddenProblem: Problem | undefined;
  @state() private copied = false;

  protected override watched(): readonly Subscribable[] {
    return [this.model.session];
  }

  override render(): TemplateResult | typeof nothing {
    const { phase, failure, bins } = this.model.session.value;
    if (!failure || failure.problem === this.hiddenProblem) return nothing;
    const { problem, files } = failure;
    return html`<div class="panel" role="alert">
      ${icon('error', 18)}
      <div>
        <h2>${problem.message}</h2>
        ${problem.tip ? html`<p>${problem.tip}</p>` : nothing}
        ${phase === 'failed' ? nothing : html`<p>The capture that was open stays open.</p>`}
        ${
          phase === 'failed' && bins > 0
            ? html`<p>The ${formatCount(bins)} bins before it are kept and can be used.</p>`
            : nothing
        }
        <p class="facts mono">
          <span>${problem.code}</span>
          ${problem.offset === undefined ? nothing : html`<span>byte ${formatOffset(problem.offset)}</span>`}
          <span>${files.join(', ')}</span>
        </p>
      </div>
      <div class="actions">
        <button class="btn" @click=${() => this.actions.retry()}>Try again</button>
        <button class="btn" @click=${() => void this.#copy(problem, files)}>
          ${icon(this.copied ? 'check' : 'copy', 14)} ${this.copied ? 'Copied' : 'Copy details'}
        </button>
        <button class="btn" @click=${() => requestPart(this, 'open')}>Open another…</button>
        <button
          class="btn icon quiet"
          aria-label="Hide"
          title="Hide"
          @click=${() => (this.hiddenProblem = problem)}
        >
          ${icon('close')}
        </button>
      </div>
    </div>`;
  }

  async #copy(failure: Problem, files: readonly string[]): Promise<void> {
    const { fingerprint, config, anomalies, bins, instrument } = this.model.session.value;
    const lines = [
      formatProblem(failure),
      `files: ${files.join(', ')}`,
      `fingerprint: ${fingerprint ?? 'none'}`,
      `config: ${config?.config_version ?? 'none'}`,
      `instrument: ${instrument ? `${instrument.symbol} (${instrument.publisherId}/${instrument.instrumentId})` : 'none'}`,
      `bins: ${bins}`,
      `anomalies: ${JSON.stringify(anomalies)}`,
      `browser: ${navigator.userAgent}`,
    ];
    await navigator.clipboard.writeText(lines.join('\n'));
    this.copied = true;
    setTimeout(() => (this.copied = false), 2000);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-problem-panel': SpyProblemPanel;
  }
}
