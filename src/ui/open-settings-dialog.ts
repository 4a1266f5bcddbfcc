import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { toProblem } from '#base/problem';
import { formatDate } from '#base/new-york-time';
import { checkedOpenSettings, DEFAULT_CELL_WIDTH_MS, type OpenSettings } from '#app/open-settings';
import { SpyElement } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { showsWelcome } from '#ui/layout';
import { SHARED } from '#ui/shared.css';
import { horizonLabel } from '#view/projection';

const WIDTHS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000];

/** Bin width and start of the capture that is open, which is then opened again, or of the next one. */
@customElement('spy-open-settings-dialog')
export class SpyOpenSettingsDialog extends SpyElement {
  static override styles = [
    SHARED,
    css`
      dialog {
        width: 400px;
      }
      form {
        display: grid;
        gap: 12px;
        padding: 18px 20px;
      }
      h2 {
        font-size: 16px;
        font-weight: 650;
      }
      label {
        display: grid;
        grid-template-columns: 110px 1fr;
        align-items: center;
        gap: 12px;
        color: var(--text-2);
      }
      input,
      select {
        height: 34px;
        min-width: 0;
        padding: 0 10px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--ground);
        color: var(--text);
        font: 500 14px var(--mono);
      }
      p {
        color: var(--text-2);
        font-size: var(--size-s);
      }
      .bad {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--error);
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: 8px;
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('select') private readonly width!: HTMLSelectElement;
  @state() private cellWidthMs = DEFAULT_CELL_WIDTH_MS;
  @state() private dt = '';
  @state() private time = '';

  show(): void {
    const { cellWidthMs, start } = this.model.openSettings.value;
    this.cellWidthMs = cellWidthMs ?? DEFAULT_CELL_WIDTH_MS;
    this.dt = start?.dt ?? this.#sessionDate();
    this.time = start?.time ?? '';
    this.drawNow();
    this.dialog.showModal();
    this.width.focus();
  }

  override render(): TemplateResult {
    const reason = this.#reason();
    const opened = !showsWelcome(this.model.session.value);
    const widths = WIDTHS_MS.includes(this.cellWidthMs) ? WIDTHS_MS : [this.cellWidthMs, ...WIDTHS_MS];
    return html`<dialog aria-labelledby="title" closedby="any">
      <form method="dialog" @submit=${this.#apply}>
        <h2 id="title">Bins</h2>
        <label
          >Bin width
          <select @change=${(event: Event) => (this.cellWidthMs = Number(valueOf(event)))}>
            ${widths.map(
              (ms) =>
                html`<option value=${ms} ?selected=${ms === this.cellWidthMs}>
                  ${horizonLabel(1, ms)}
                </option>`,
            )}
          </select></label
        >
        <label
          >Start, New York
          <input
            placeholder="HH:MM, or empty"
            autocomplete="off"
            .value=${this.time}
            @input=${(event: Event) => (this.time = valueOf(event).trim())}
        /></label>
        <label
          >Date of start
          <input
            placeholder="YYYY-MM-DD"
            autocomplete="off"
            .value=${this.dt}
            ?disabled=${this.time === ''}
            @input=${(event: Event) => (this.dt = valueOf(event).trim())}
        /></label>
        <p>
          Wide bins load faster and need less memory; they are another configuration, with a hash of its own.
          Before the start only the book is followed, and its last half hour warms up.
        </p>
        <p role="status" class=${reason ? 'bad' : ''}>
          ${reason ? html`${icon('error', 13)} ${reason}` : this.#estimate()}
        </p>
        <div class="actions">
          <button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button>
          <button class="btn primary" ?disabled=${reason !== undefined}>
            ${opened ? 'Open again' : 'Use for the next capture'}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  get #wanted(): OpenSettings {
    const { cellWidthMs, dt, time } = this;
    return { cellWidthMs, start: time === '' ? undefined : { dt, time } };
  }

  /** Why the settings are not accepted. */
  #reason(): string | undefined {
    try {
      checkedOpenSettings(this.#wanted);
      return undefined;
    } catch (error) {
      return toProblem(error).message;
    }
  }

  #estimate(): string | typeof nothing {
    const { bins, cellWidthNs } = this.model.session.value;
    if (bins === 0) return nothing;
    const wide = Math.ceil((bins * cellWidthNs) / (this.cellWidthMs * 1e6));
    return `What is loaded now would be ${formatCount(wide)} bins, without a start.`;
  }

  #sessionDate(): string {
    const { bins, firstBinStartNs } = this.model.session.value;
    return bins === 0 ? '' : formatDate(Number(firstBinStartNs / 1_000_000_000n), 'America/New_York');
  }

  #apply(event: Event): void {
    if (this.#reason() !== undefined) {
      event.preventDefault();
      return;
    }
    this.actions.setOpenSettings(checkedOpenSettings(this.#wanted));
  }
}

/** `bins of 1s, from 2025-07-17 09:30 New York`: what differs from the default; empty when nothing does. */
export function openSettingsText({ cellWidthMs, start }: OpenSettings): string {
  return [
    cellWidthMs === undefined ? '' : `bins of ${horizonLabel(1, cellWidthMs)}`,
    start ? `from ${start.dt} ${start.time} New York` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-open-settings-dialog': SpyOpenSettingsDialog;
  }
}
