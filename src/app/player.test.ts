import { describe, expect, it } from 'vitest';
import { Player, type FrameClock } from '#app/player';

class FakeClock implements FrameClock {
  time = 0;
  #callback: ((now: number) => void) | undefined;
  now = (): number => this.time;
  request = (callback: (now: number) => void): number => {
    this.#callback = callback;
    return 1;
  };
  cancel = (): void => {
    this.#callback = undefined;
  };
  get waiting(): boolean {
    return this.#callback !== undefined;
  }
  advance(ms: number): void {
    this.time += ms;
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.(this.time);
  }
}

function loaded(bins: number): { player: Player; clock: FakeClock } {
  const clock = new FakeClock();
  const player = new Player(clock);
  player.reset(0.1);
  player.setBins(bins, false);
  player.seek(0);
  return { player, clock };
}

describe('Player', () => {
  it('stays at the live edge while loading and following', () => {
    const player = new Player(new FakeClock());
    player.reset(0.1);
    player.setBins(10, true);
    player.setBins(30, true);
    expect(player.state.value.playhead).toBe(29);
  });

  it('follows the last bins, which come when loading has ended', () => {
    const player = new Player(new FakeClock());
    player.reset(0.1);
    player.setBins(10, true);
    player.setBins(30, false);
    expect(player.state.value.playhead).toBe(29);
  });

  it('keeps its place while loading once the user has sought elsewhere', () => {
    const player = new Player(new FakeClock());
    player.reset(0.1);
    player.setBins(10, true);
    player.seek(4);
    player.setBins(30, true);
    expect(player.state.value.playhead).toBe(4);
  });

  it('moves with market time at its speed', () => {
    const { player, clock } = loaded(1000);
    player.seek(0);
    player.setSpeed(10);
    player.play();
    clock.advance(500);
    expect(player.state.value.playhead).toBe(50);
  });

  it('stops at the end and asks for no more frames', () => {
    const { player, clock } = loaded(20);
    player.seek(15);
    player.play();
    clock.advance(10_000);
    expect(player.state.value).toMatchObject({ playhead: 19, playing: false });
    expect(clock.waiting).toBe(false);
  });

  it('starts over when played at the end', () => {
    const { player } = loaded(20);
    player.seek(19);
    player.play();
    expect(player.state.value).toMatchObject({ playhead: 0, playing: true });
  });

  it('waits at the edge while more bins are expected', () => {
    const clock = new FakeClock();
    const player = new Player(clock);
    player.reset(0.1);
    player.setBins(5, true);
    player.play();
    clock.advance(10_000);
    expect(player.state.value).toMatchObject({ playhead: 4, playing: true });
    player.setBins(100, true);
    clock.advance(1000);
    expect(player.state.value.playhead).toBe(14);
  });

  it('keeps what is below a bin while playing slowly', () => {
    const { player, clock } = loaded(100);
    player.seek(0);
    player.setSpeed(0.25);
    player.play();
    for (let i = 0; i < 10; i++) clock.advance(100);
    expect(player.state.value.playhead).toBe(2);
  });

  it('steps back and forth and pauses', () => {
    const { player } = loaded(100);
    player.seek(10);
    player.play();
    player.step(-3);
    expect(player.state.value).toMatchObject({ playhead: 7, playing: false });
    player.step(-100);
    expect(player.state.value.playhead).toBe(0);
  });
});
