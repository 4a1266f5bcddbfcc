import { css } from 'lit';

/** A figure under its name, as the bars above and below the map print them. */
export const FACT_STYLES = css`
  .fact {
    display: flex;
    flex-direction: column;
    white-space: nowrap;
  }
  dt {
    font-size: 10px;
    line-height: 12px;
    color: var(--text-3);
  }
  dd {
    font-size: var(--size-m);
  }
`;
