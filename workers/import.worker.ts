import { expose } from 'comlink';
import { ImportHost } from './import-host';
import { plainErrors } from '#protocol/plain-errors';

const host = new ImportHost();

expose({
  ping: () => host.ping(),
  probe: plainErrors(host.probe.bind(host)),
  configFor: plainErrors(host.configFor.bind(host)),
  stream: plainErrors(host.stream.bind(host)),
});
