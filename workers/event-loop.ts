/**
 * Lets the worker's event loop take one turn, so that a heartbeat sent meanwhile is answered. A
 * message to oneself, because timers are clamped to 4 ms when nested.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => {
  waiting.shift()?.();
};
