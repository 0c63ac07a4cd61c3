// Touches of a phone, with times of their own, so that a swipe is as slow or as quick as a test wants.

export async function fingers(page) {
  const session = await page.context().newCDPSession(page);
  let time = Date.now() / 1000;
  const touch = (type, milliseconds, ...points) => {
    time += milliseconds / 1000;
    const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
    return session.send("Input.dispatchTouchEvent", { type, touchPoints, timestamp: time });
  };
  return {
    down: (place) => touch("touchStart", 1000, place),
    // Moves in steps of `pace` milliseconds, and waits until the page has heard of it: that is once a frame.
    move: async ([x, y], [toX, toY], pace, steps = 5) => {
      for (let step = 1; step <= steps; step += 1) {
        await touch("touchMove", pace, [x + ((toX - x) * step) / steps, y + ((toY - y) * step) / steps]);
      }
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    },
    up: (pace = 10) => touch("touchEnd", pace),
    tap: async (place, after = 1000) => {
      await touch("touchStart", after, place);
      await touch("touchEnd", 20);
    },
  };
}
