import { useEffect, useState } from 'react';

/** The time of day in milliseconds, renewed every `period` so that "3 minutes ago" stays true. */
export function useNow(period = 10_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
}
