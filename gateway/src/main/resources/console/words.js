// A session's states, as they are shown.

const MOODS = { connected: 'good', refused: 'bad', logged_out: 'bad', conflicted: 'bad', stopped: '' };
export const mood = (state) => MOODS[state] ?? 'wait';
export const spoken = (word) => String(word).replaceAll('_', ' ');
