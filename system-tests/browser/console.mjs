// A person at the console, in the system's Chromium: enters the key, makes a tenant, starts it, waits
// for the QR, and, once somebody has scanned it, sends a message and sees the answer come in.
//
//   node console.mjs URL FOLDER      the key comes on the first line of stdin
//
// Prints `qr` when the QR is on show, then waits for any line on stdin; prints `done` at the end. A
// failure is told on stderr, and so is whatever the page itself complains of. Screenshots go to FOLDER.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [url, folder] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const line = async () => (await lines.next()).value;
const complaints = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(30_000);
  page.on('pageerror', error => complaints.push(String(error)));
  const shot = name => page.screenshot({ path: `${folder}/${name}.png` });

  await page.goto(`${url}/console`);
  await page.getByLabel('Admin key').fill('not the key');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('alert').filter({ hasText: /./ }).waitFor();
  await page.getByLabel('Admin key').fill(await line());
  await page.getByRole('button', { name: 'Open' }).click();

  await page.getByLabel('Name of a new tenant').fill('kiosk');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { name: 'kiosk' }).waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByAltText('QR to scan with WhatsApp on the phone').waitFor();
  await shot('qr');
  console.log('qr');

  await line();
  await page.getByText('connected', { exact: true }).first().waitFor();
  await page.getByLabel('To', { exact: true }).fill('+15550109002');
  await page.locator('textarea[name=text]').fill('seen in a browser');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('log').getByText('Echo: seen in a browser').waitFor();
  await shot('chat');

  // Nothing of the gateway's own takes a webhook's POST there: it is rejected, and that is shown.
  await page.getByLabel('Where events are brought to').fill(`${url}/health/live`);
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await page.getByText('Its secret, shown this once').waitFor();
  await page.locator('.hooks summary').click();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('The test wasn’t taken: rejected with 405').waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.hooks td').getByText('rejected with 405').first().waitFor();
  await shot('webhooks');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await shot('phone-dark');
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  console.log('done');
} finally {
  await browser.close();
}
process.exit(0);
