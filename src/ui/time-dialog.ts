import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { SpyElement } from '#ui/element';
import { formatCount } from '#ui/format';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';
import { timeTarget } from '#ui/time-target';
import { formatClock, formatDate, ianaZone, zoneName } from '#ui/zone-time';

/** Go to a moment of the session, typed as a time or a bin number. */
@customElement('spy-time-dialog')
export class SpyTimeDialog extends SpyElement {
  static override styles = [
    SHARED,
    css`
      dialog {
        width: 360px;
      }
      form {
        display: grid;
        gap: 10px;
        padding: 18px 20px;
      }
      h2 {
        font-size: 16px;
        font-weight: 650;
      }
      input {
        height: 38px;
        padding: 0 12px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--ground);
        font: 500 16px var(--mono);
      }
      input[aria-invalid='true'] {
        border-color: var(--error);
      }
      p {
        color: var(--text-2);
        font-size: var(--size-s);
      }
      .answer {
        display: flex;
        align-items: center;
        gap: 6px;
        min-height: 18px;
        color: var(--accent);
      }
      .answer.bad {
        color: var(--error);
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 4px;
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('input') private readonly input!: HTMLInputElement;
  @state() private text = '';

  show(): void {
    this.text = '';
    this.drawNow();
    this.input.value = '';
    this.dialog.showModal();
    this.input.focus();
  }

  override render(): TemplateResult {
    const session = this.model.session.value;
    const zone = ianaZone(this.model.view.value.zone);
    const { firstBinStartNs, bins, cellWidthNs } = session;
    const lastNs = firstBinStartNs + BigInt(Math.max(0, bins - 1)) * BigInt(cellWidthNs);
    const target = timeTarget(this.text, zone, session, this.model.player.value.playhead);
    return html`<dialog aria-labelledby="title" closedby="any">
      <form method="dialog" @submit=${this.#go}>
        <h2 id="title">Go to time</h2>
        <p>
          ${formatDate(firstBinStartNs, zone)}, ${formatClock(firstBinStartNs, zone)} to
          ${formatClock(lastNs, zone)} ${zoneName(firstBinStartNs, zone)}, ${formatCount(bins)} bins
        </p>
        <input
          aria-label="Time or bin"
          aria-invalid=${target.kind === 'refused'}
          aria-describedby="answer"
          autocomplete="off"
          spellcheck="false"
          placeholder=${formatClock(firstBinStartNs, zone)}
          @input=${() => (this.text = this.input.value)}
        />
        <p id="answer" class="answer mono ${target.kind === 'refused' ? 'bad' : ''}" role="status">
          ${
            target.kind === 'refused'
              ? html`${icon('error', 13)} ${target.reason}`
              : target.kind === 'bin'
                ? html`${icon('check', 13)} bin ${formatCount(target.bin)}`
                : nothing
          }
        </p>
        <p>A time like 9:45, 14:30:05.25 or 2:30 pm, or a bin like #1200.</p>
        <div class="actions">
          <button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button>
          <button class="btn primary" ?disabled=${target.kind !== 'bin'}>Go</button>
        </div>
      </form>
    </dialog>`;
  }

  #go(event: Event): void {
    const session = this.model.session.value;
    const zone = ianaZone(this.model.view.value.zone);
    const target = timeTarget(this.text, zone, session, this.model.player.value.playhead);
    if (target.kind !== 'bin') {
      event.preventDefault();
      return;
    }
    this.actions.setFollow(true);
    this.actions.seek(target.bin);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-time-dialog': SpyTimeDialog;
  }
}
