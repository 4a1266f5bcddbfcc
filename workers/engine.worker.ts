import { expose } from 'comlink';
import { EngineHost } from './engine-host';
import { plainErrors } from '#protocol/plain-errors';

const host = new EngineHost();

expose({
  ping: () => host.ping(),
  cancel: () => host.cancel(),
  run: plainErrors(host.run.bind(host)),
});
