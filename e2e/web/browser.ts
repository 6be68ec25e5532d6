/** How Debian's Chromium is started as root in a sandbox without network; for the tests and for the pictures. */
export const CHROMIUM = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

/** Where this worker's agent serves the dashboard: workers share the sandbox's loopback. 7420 and 7421. */
export const PORT = 7420 + Number(process.env.TEST_PARALLEL_INDEX ?? 0);
