package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Conversations over a network that reorders, loses, repeats and damages, from fixed seeds.
class RatchetPropertyTest {
  private static final int CONVERSATIONS = 1_000;
  private static final int STEPS = 40;

  @Test
  @DisplayName(
      "In 1,000 conversations every message that arrives is read once, whatever the network does")
  void everyArrivalIsReadOnce() {
    var read = 0;
    for (var seed = 0; seed < CONVERSATIONS; seed++) {
      var conversation = new Conversation(seed);
      for (var step = 0; step < STEPS; step++) {
        conversation.step();
      }
      conversation.deliverAll();
      read += conversation.read;
    }
    assertThat(read).as("the conversations are worth the name").isGreaterThan(8 * CONVERSATIONS);
  }

  private static final class Sent {
    final int to;
    final byte[] text;
    final Ciphertext ciphertext;
    boolean read;

    Sent(int to, byte[] text, Ciphertext ciphertext) {
      this.to = to;
      this.text = text;
      this.ciphertext = ciphertext;
    }

    /// Tells the sender's chain.
    String chain() {
      var bytes = ciphertext.bytes();
      var message =
          ciphertext.type() == Ciphertext.Type.PKMSG
              ? WhisperText.parseFirst(bytes).message()
              : bytes;
      return HexFormat.of().formatHex(WhisperText.parse(message).ratchetKey());
    }
  }

  private static final class Conversation {
    final String name;
    final Random random;
    final List<Side> sides;
    final List<Sent> underway = new ArrayList<>();

    /// Chains that each side has read from, the newest first: beyond the fifth a ratchet forgets.
    final List<List<String>> chains = List.of(new ArrayList<>(), new ArrayList<>());

    int read;

    Conversation(long seed) {
      name = "seed " + seed;
      random = new Random(seed);
      sides = List.of(new Side(random), new Side(random));
      initiate(0);
      if (random.nextInt(4) == 0) {
        initiate(1); // both at once
      }
    }

    void step() {
      var one = random.nextInt(2);
      switch (random.nextInt(20)) {
        case 0 -> sides.get(one).restore();
        case 1 -> maybeBeginAnew(one);
        case 2 -> loseOne();
        case 3, 4 -> damageOne();
        case 5, 6, 7, 8, 9, 10, 11, 12 -> send(one);
        default -> deliverOne();
      }
    }

    private void maybeBeginAnew(int from) {
      if (random.nextInt(4) == 0) {
        initiate(from);
      }
    }

    private void initiate(int from) {
      sides.get(from).initiate(sides.get(1 - from).bundle(random.nextBoolean()));
    }

    private void send(int from) {
      if (!sides.get(from).ratchet.isOpen()) {
        initiate(from);
      }
      var text = new byte[random.nextInt(40)];
      random.nextBytes(text);
      underway.add(new Sent(1 - from, text, sides.get(from).encrypt(text)));
    }

    private void loseOne() {
      if (!underway.isEmpty()) {
        underway.remove(random.nextInt(underway.size()));
      }
    }

    private void deliverOne() {
      if (!underway.isEmpty()) {
        var index = random.nextInt(underway.size());
        var sent = underway.get(index);
        deliver(sent);
        if (random.nextInt(3) > 0) {
          underway.remove(index); // else it comes again
        }
      }
    }

    void deliverAll() {
      for (var sent : List.copyOf(underway)) {
        deliver(sent);
        deliver(sent);
      }
    }

    private void deliver(Sent sent) {
      var forgotten = chains.get(sent.to).indexOf(sent.chain()) >= 5;
      var outcome = sides.get(sent.to).decrypt(sent.ciphertext);
      switch (outcome) {
        case Ratchet.Outcome.Plaintext plaintext -> {
          assertThat(sent.read).as("%s: read twice", name).isFalse();
          assertThat(plaintext.bytes()).as(name).isEqualTo(sent.text);
          assertThat(plaintext.identity())
              .as(name)
              .isEqualTo(sides.get(1 - sent.to).self.identity().publicKey());
          sent.read = true;
          read++;
          noteChain(sent);
        }
        case Ratchet.Outcome.Duplicate _ ->
            assertThat(sent.read).as("%s: a duplicate never read", name).isTrue();
        case Ratchet.Outcome.Failed failed ->
            assertThat(forgotten).as("%s: %s", name, failed).isTrue();
      }
    }

    private void noteChain(Sent sent) {
      var seen = chains.get(sent.to);
      if (!seen.contains(sent.chain())) {
        seen.addFirst(sent.chain());
      }
    }

    /// Nothing comes of it and nothing of it stays.
    private void damageOne() {
      if (underway.isEmpty()) {
        return;
      }
      var sent = underway.get(random.nextInt(underway.size()));
      var side = sides.get(sent.to);
      var before = side.ratchet.encode();
      var damaged = sent.ciphertext.bytes().clone();
      damaged[damaged.length - 1 - random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
      if (sent.ciphertext.type() == Ciphertext.Type.MSG) {
        assertThat(side.attempt(Ciphertext.Type.MSG, damaged))
            .as(name)
            .isNotInstanceOf(Ratchet.Outcome.Plaintext.class);
      }
      assertThat(side.ratchet.encode()).as(name).isEqualTo(before);
    }
  }
}
