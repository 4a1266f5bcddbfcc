import { expose } from 'comlink';
import { EngineHost } from './engine-host';
import { plainErrors } from '#protocol/plain-errors';

const host = new EngineHost();

expose({
  ping: () => host.ping(),
  run: plainErrors(host.run.bind(host)),
  bookAt: plainErrors(host.bookAt.bind(host)),
  ordersAt: plainErrors(host.ordersAt.bind(host)),
  columnsAt: plainErrors(host.columnsAt.bind(host)),
});
