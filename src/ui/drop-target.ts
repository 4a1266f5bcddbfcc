import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { chooseCaptures, droppedFiles, type Drop } from '#ui/drop-files';
import { SpyElement } from '#ui/element';
import { icon } from '#ui/icons';
import { SHARED } from '#ui/shared.css';

/** Opens files: those dropped anywhere on the page, and those of the file picker. */
@customElement('spy-drop-target')
export class SpyDropTarget extends SpyElement {
  static override styles = [
    SHARED,
    css`
      .drop {
        position: fixed;
        inset: 0;
        display: grid;
        padding: 14px;
        background: var(--shade);
        z-index: 10;
        pointer-events: none;
      }
      .drop > div {
        display: grid;
        place-content: center;
        justify-items: center;
        gap: 6px;
        border: 2px dashed var(--accent);
        border-radius: 16px;
        background: color-mix(in srgb, var(--accent-soft) 70%, transparent);
        color: var(--text);
      }
      .drop svg {
        color: var(--accent);
        margin-bottom: 6px;
      }
      .drop strong {
        font-size: 22px;
        font-weight: 650;
        letter-spacing: -0.02em;
      }
      .drop span {
        color: var(--text-2);
      }
    `,
  ];

  @query('input') private readonly picker!: HTMLInputElement;
  @state() private dragging = false;

  readonly #listeners = {
    dragenter: (event: DragEvent): void => this.#onDrag(event),
    dragover: (event: DragEvent): void => this.#onDrag(event),
    dragleave: (event: DragEvent): void => this.#onDragLeave(event),
    drop: (event: DragEvent): void => this.#onDrop(event),
  };

  override connectedCallback(): void {
    super.connectedCallback();
    for (const [type, listener] of Object.entries(this.#listeners))
      addEventListener(type as 'drop', listener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const [type, listener] of Object.entries(this.#listeners))
      removeEventListener(type as 'drop', listener);
  }

  pick(): void {
    this.picker.click();
  }

  override render(): TemplateResult {
    return html`<input
        class="hidden"
        type="file"
        multiple
        tabindex="-1"
        aria-hidden="true"
        @change=${this.#onPicked}
      />
      ${this.dragging ? this.#invitation() : nothing}`;
  }

  #invitation(): TemplateResult {
    const loaded = this.model.session.value.bins > 0;
    return html`<div class="drop" aria-hidden="true">
      <div>
        ${icon('drop', 40)}
        <strong>Drop to open</strong>
        <span
          >${loaded ? 'It takes the place of the capture that is open' : 'Several files become one timeline'}</span
        >
      </div>
    </div>`;
  }

  #open(drop: Drop): void {
    const { captures, problems } = chooseCaptures(drop);
    if (captures.length > 0) this.actions.openFiles(captures);
    for (const problem of problems) this.actions.report(problem);
  }

  #onPicked(): void {
    const files = [...(this.picker.files ?? [])];
    this.picker.value = '';
    if (files.length > 0) this.#open({ files, unreadable: [] });
  }

  #onDrag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.dragging = true;
  }

  #onDragLeave(event: DragEvent): void {
    if (event.relatedTarget === null) this.dragging = false;
  }

  #onDrop(event: DragEvent): void {
    this.dragging = false;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    void droppedFiles(event.dataTransfer).then((drop) => this.#open(drop));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spy-drop-target': SpyDropTarget;
  }
}
