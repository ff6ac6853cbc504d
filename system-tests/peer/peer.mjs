// One unmodified Baileys client, driven by JSON lines: a command a line on stdin, an event a line on
// stdout. It is what an application of that library would be, and no more: it keeps the multi-file
// auth state, reconnects after 515, and answers retry receipts from what it has sent.
//
// A command carries a `seq` that its answer repeats: {event:"done", seq, …} or {event:"failed", seq,
// error}. Everything else on stdout is something that happened. Logs go to stderr.
//
//   start     {url, authDir, pairingPhone?, reconnect?, qrTimeoutMs?, keepAliveMs?}
//   send      {to, text | content, id?}   content is Baileys' own form; media as {image: {url: FILE}}
//   download  {id, path}                  the media of a message that came in
//   read      {id}                        a message that came in
//   presence  {state, to?}                available, unavailable, composing, recording, paused
//   subscribe {to}                        to somebody's presence
//   lookup    {phone}                     is it on WhatsApp
//   createGroup {subject, members}
//   members   {group}
//   end       {}                          closes the socket; what the auth state holds is on disk then
//   logout    {}
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

// Which of the pinned ones this client is: a name of package.json's dependencies.
const {
  default: makeWASocket,
  downloadMediaMessage,
  extractMessageContent,
  generateMessageIDV2,
  getContentType,
  jidNormalizedUser,
  proto,
  useMultiFileAuthState,
} = await import(process.env.HOLDFAST_PEER_BAILEYS ?? '@whiskeysockets/baileys');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];
const RESTART_REQUIRED = 515;
const LOGGED_OUT = 401;
const RECONNECT_AFTER_MS = 500;
// Baileys logs this and tells nobody: a device is left out of a send.
const LEFT_OUT = 'Failed to encrypt for recipient';

// The Signal library under Baileys prints to the console, which would mix with the events.
globalThis.console = new console.Console(process.stderr, process.stderr);

const logger = makeLogger(process.env.HOLDFAST_PEER_LOG ?? 'info');
const sent = new Map();
const received = new Map();
const writes = new Set();

let options;
let auth;
let socket;
let codeAsked = false;
let ending = false;

function makeLogger(level) {
  const floor = LEVELS.indexOf(level);
  const log = { level, child: () => log };
  for (const name of LEVELS.slice(0, -1)) {
    log[name] = (what, text) => {
      if (text === LEFT_OUT) {
        emit('left-out', { device: what.jid });
      }
      if (LEVELS.indexOf(name) >= floor) {
        process.stderr.write(`${name} ${text ?? ''} ${describe(what)}\n`);
      }
    };
  }
  return log;
}

function describe(what) {
  try {
    return typeof what === 'string' ? what : JSON.stringify(what, (_, v) => (v instanceof Error ? String(v) : v));
  } catch {
    return String(what);
  }
}

function emit(event, facts = {}) {
  process.stdout.write(JSON.stringify({ event, ...facts }) + '\n');
}

/** Remembers a write until it has ended, so that `end` can wait for the disk. */
function track(write) {
  const settled = Promise.resolve(write).finally(() => writes.delete(settled));
  writes.add(settled);
  return settled;
}

async function written() {
  do {
    await Promise.allSettled([...writes]);
    await new Promise(setImmediate);
  } while (writes.size > 0);
}

async function openAuth(folder) {
  const { state, saveCreds } = await useMultiFileAuthState(folder);
  const { get, set } = state.keys;
  return {
    state: { creds: state.creds, keys: { get, set: data => track(set(data)) } },
    save: () => track(saveCreds()),
  };
}

function jid(to) {
  return to.includes('@') ? to : `${to.replace(/\D/g, '')}@s.whatsapp.net`;
}

function connect() {
  const mine = makeWASocket({
    auth: auth.state,
    logger,
    waWebSocketUrl: options.url,
    ...(options.qrTimeoutMs && { qrTimeout: options.qrTimeoutMs }),
    ...(options.keepAliveMs && { keepAliveIntervalMs: options.keepAliveMs }),
    getMessage: async key => sent.get(key.id),
  });
  socket = mine;
  mine.ev.on('creds.update', () => auth.save());
  mine.ev.on('connection.update', update => connectionChanged(update));
  mine.ev.on('messages.upsert', upsert => upsert.messages.forEach(message => arrived(message, upsert.type)));
  mine.ev.on('messages.update', updates => updates.forEach(updated));
  mine.ev.on('message-receipt.update', receipts => receipts.forEach(receipted));
  mine.ev.on('messaging-history.set', ({ chats, contacts, messages, syncType }) =>
    emit('history', { syncType, chats: chats.length, contacts: contacts.length, messages: messages.length }),
  );
  mine.ev.on('presence.update', ({ id, presences }) =>
    Object.entries(presences).forEach(([from, { lastKnownPresence }]) =>
      emit('presence', { chat: id, from, state: lastKnownPresence }),
    ),
  );
  mine.ev.on('group-participants.update', ({ id, action, participants }) =>
    emit('members', { group: id, action, members: participants.map(member => member.id) }),
  );
  mine.ev.on('groups.upsert', groups => groups.forEach(({ id, subject }) => emit('group', { group: id, subject })));
}

async function connectionChanged({ connection, qr, lastDisconnect, receivedPendingNotifications }) {
  if (qr) {
    emit('qr', { qr });
    await askForCode();
  }
  if (connection === 'open') {
    const { id, lid, name } = socket.user;
    emit('open', { me: jidNormalizedUser(id), device: id, lid, name });
  }
  if (receivedPendingNotifications) {
    emit('caught-up');
  }
  if (connection === 'close') {
    await closed(lastDisconnect?.error);
  }
}

async function askForCode() {
  if (options.pairingPhone && !codeAsked) {
    codeAsked = true;
    emit('pairing-code', { code: await socket.requestPairingCode(options.pairingPhone) });
  }
}

async function closed(error) {
  const code = error?.output?.statusCode ?? 0;
  const again = !ending && (code === RESTART_REQUIRED || (options.reconnect === true && code !== LOGGED_OUT));
  emit('close', { code, reason: error?.message ?? '', again });
  if (!again) {
    return;
  }
  await written();
  if (code === RESTART_REQUIRED) {
    connect();
  } else {
    setTimeout(() => ending || connect(), RECONNECT_AFTER_MS);
  }
}

function keyOf({ remoteJid, remoteJidAlt, participant, participantAlt, id, fromMe }) {
  return { from: remoteJid, fromAlt: remoteJidAlt, participant, participantAlt, id, fromMe: !!fromMe };
}

function textOf(content) {
  return (
    content?.conversation ??
    content?.extendedTextMessage?.text ??
    content?.imageMessage?.caption ??
    content?.videoMessage?.caption ??
    content?.documentMessage?.caption
  );
}

function arrived(message, type) {
  const facts = { ...keyOf(message.key), type, name: message.pushName };
  if (message.messageStubType === proto.WebMessageInfo.StubType.CIPHERTEXT) {
    emit('undecryptable', { ...facts, reason: message.messageStubParameters?.[0] });
    return;
  }
  if (message.message) {
    tell(message, facts);
  }
}

function tell(message, facts) {
  received.set(message.key.id, message);
  const content = extractMessageContent(message.message);
  emit('message', { ...facts, kind: getContentType(content), text: textOf(content), content: message.message });
}

function updated({ key, update }) {
  if (update.message) {
    tell({ key, ...update }, { ...keyOf(key), type: 'update' });
  }
  if (update.status !== undefined && update.status !== null) {
    emit('update', { ...keyOf(key), status: update.status, parameters: update.messageStubParameters });
  }
}

function receipted({ key, receipt }) {
  const { userJid, receiptTimestamp, readTimestamp } = receipt;
  emit('receipt', { ...keyOf(key), by: userJid, type: readTimestamp ? 'read' : 'delivered', at: readTimestamp ?? receiptTimestamp });
}

function seen(id) {
  const message = received.get(id);
  if (!message) {
    throw new Error(`no message ${id} has come in`);
  }
  return message;
}

const commands = {
  async start(command) {
    options = command;
    ending = false;
    codeAsked = false;
    auth = await openAuth(command.authDir);
    connect();
  },

  async send({ to, text, content, id }) {
    // A retry receipt may come before the send has returned: a text is kept before it goes.
    const messageId = id ?? generateMessageIDV2(socket.user?.id);
    const said = content ?? { text };
    if (said.text) sent.set(messageId, { extendedTextMessage: { text: said.text } });
    const message = await socket.sendMessage(jid(to), said, { messageId });
    sent.set(message.key.id, message.message);
    return { id: message.key.id };
  },

  async download({ id, path }) {
    const media = await downloadMediaMessage(seen(id), 'buffer', {});
    await writeFile(path, media);
    return { bytes: media.length };
  },

  async read({ id }) {
    await socket.readMessages([seen(id).key]);
  },

  async presence({ state, to }) {
    await socket.sendPresenceUpdate(state, to && jid(to));
  },

  async subscribe({ to }) {
    await socket.presenceSubscribe(jid(to));
  },

  async lookup({ phone }) {
    const [found] = (await socket.onWhatsApp(phone)) ?? [];
    return { exists: !!found?.exists, jid: found?.jid };
  },

  async createGroup({ subject, members }) {
    const { id } = await socket.groupCreate(subject, members.map(jid));
    return { group: id };
  },

  async members({ group }) {
    const { participants } = await socket.groupMetadata(group);
    return { members: participants.map(member => member.id) };
  },

  async end() {
    ending = true;
    await socket?.end(undefined);
    auth?.save();
    await written();
  },

  async logout() {
    ending = true;
    await socket.logout();
    await written();
  },
};

async function obey(line) {
  const { cmd, seq, ...facts } = JSON.parse(line);
  try {
    if (!Object.hasOwn(commands, cmd)) {
      throw new Error(`no command ${cmd}`);
    }
    emit('done', { seq, ...(await commands[cmd](facts)) });
  } catch (error) {
    emit('failed', { seq, error: error.message });
  }
}

// An application that wants to live does the same: some of Baileys' own promises have no owner.
process.on('unhandledRejection', error => emit('stumbled', { error: String(error) }));

// Whoever drives this process is gone when stdin ends, however it went.
createInterface({ input: process.stdin }).on('line', obey).on('close', () => process.exit(0));
emit('ready');
