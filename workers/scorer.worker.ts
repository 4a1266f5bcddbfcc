import { expose } from 'comlink';
import { ScorerHost } from './scorer-host';
import { plainErrors } from '#protocol/plain-errors';

const host = new ScorerHost();

expose({
  ping: () => host.ping(),
  run: plainErrors(host.run.bind(host)),
});
