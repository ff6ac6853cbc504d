package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Nothing that arrives can be read as what wasn't sent, or cost more than its share.
class DamagedCiphertextTest {
  private static final int CASES = 1_000;

  /// A counter that says "the two thousandth" costs as many HMACs in each ratchet that is tried,
  /// and each of them leaves some objects behind. The rest is a few times the message.
  private static final long ALLOWANCE_BYTES = 4 << 20;

  private final Random random = new Random(1);
  private final Side ann = new Side(random);
  private final Side ben = new Side(random);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long slowestNanos;
  private long mostAllocated;

  /// Two archived ratchets and a current one, on either side.
  @BeforeEach
  void conversation() {
    for (var i = 0; i < 3; i++) {
      ann.initiate(ben.bundle(true));
      ben.reads(ann.encrypt(new byte[] {1}), new byte[] {1});
      ann.reads(ben.encrypt(new byte[] {2}), new byte[] {2});
    }
  }

  @Test
  @DisplayName("1,000 damaged ratchet messages fail or are duplicates, and leave no trace")
  void refusesDamagedMessages(TestReporter report) {
    var genuine = new ArrayList<Ciphertext>();
    for (var length : List.of(0, 1, 40, 200, 5_000)) {
      genuine.add(ann.encrypt(new byte[length]));
    }
    var before = ben.ratchet.encode();
    for (var seed = 0; seed < CASES; seed++) {
      var random = new Random(seed);
      var message = genuine.get(random.nextInt(genuine.size()));
      var outcome = measured(message.type(), Damage.of(message.bytes(), random));
      assertThat(outcome).as("seed %d", seed).isNotInstanceOf(Ratchet.Outcome.Plaintext.class);
    }
    assertThat(ben.ratchet.encode()).isEqualTo(before);
    genuine.forEach(
        message -> assertThat(ben.decrypt(message)).isInstanceOf(Ratchet.Outcome.Plaintext.class));
    report(report);
  }

  @Test
  @DisplayName(
      "1,000 damaged first messages give their own text or none: their envelope has no MAC")
  void refusesDamagedFirstMessages(TestReporter report) {
    var text = new byte[] {9, 8, 7};
    ann.initiate(ben.bundle(true));
    var genuine = ann.encrypt(text);
    var refused = 0;
    for (var seed = 0; seed < CASES; seed++) {
      var damaged = Damage.of(genuine.bytes(), new Random(seed));
      switch (measured(Ciphertext.Type.PKMSG, damaged)) {
        case Ratchet.Outcome.Plaintext plaintext -> {
          assertThat(plaintext.bytes()).as("seed %d", seed).isEqualTo(text);
          assertThat(plaintext.identity()).isEqualTo(ann.self.identity().publicKey());
        }
        case Ratchet.Outcome.Duplicate _, Ratchet.Outcome.Failed _ -> refused++;
      }
    }
    assertThat(refused).isGreaterThan(CASES * 9 / 10);
    ben.reads(genuine, text);
    report(report);
  }

  @Test
  @DisplayName("1,000 damaged group messages fail or are duplicates")
  void refusesDamagedGroupMessages() {
    var sender = SenderKey.NONE.rotate(random);
    var reader = SenderKey.NONE.accept(sender.distribution());
    var genuine = sender.encrypt(new byte[100], random).ciphertext().bytes();
    for (var seed = 0; seed < CASES; seed++) {
      var damaged = Damage.of(genuine, new Random(seed));
      assertThat(reader.decrypt(damaged))
          .as("seed %d", seed)
          .isNotInstanceOf(SenderKey.Outcome.Plaintext.class);
    }
    assertThat(reader.decrypt(genuine)).isInstanceOf(SenderKey.Outcome.Plaintext.class);
  }

  private Ratchet.Outcome measured(Ciphertext.Type type, byte[] bytes) {
    var allocated = threads.getCurrentThreadAllocatedBytes();
    var began = System.nanoTime();
    var outcome = ben.attempt(type, bytes);
    slowestNanos = Math.max(slowestNanos, System.nanoTime() - began);
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    mostAllocated = Math.max(mostAllocated, allocated);
    assertThat(allocated).isLessThan(16L * bytes.length + ALLOWANCE_BYTES);
    return outcome;
  }

  /// Time is told, not judged: the machine has other work.
  private void report(TestReporter report) {
    report.publishEntry("slowest, ms", String.valueOf(slowestNanos / 1_000_000.0));
    report.publishEntry("most allocated, bytes", String.valueOf(mostAllocated));
  }
}
