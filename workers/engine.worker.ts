import { expose } from 'comlink';
import { EngineHost } from './engine-host';
import { plainErrors } from '#protocol/plain-errors';

const host = new EngineHost();

expose({
  ping: () => host.ping(),
  run: plainErrors(host.run.bind(host)),
});
