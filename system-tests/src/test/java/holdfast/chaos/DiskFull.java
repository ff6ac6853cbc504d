package holdfast.chaos;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The disk under a gateway fills up while both sides write, and is freed again: what was accepted
/// is stored, what isn't stored is refused or not acknowledged, and afterwards everything goes on.
///
/// Only ever on a small file system of its own: it takes all the room there is.
final class DiskFull {
  private static final int TENANT = 0;
  private static final String PHONE = "15550300000";
  private static final int EACH = 20;

  /// What SQLite finds room for in the log that it has is less than this many sends.
  private static final int MOST = 20_000;

  private static final int READY = 200;
  private static final int ACCEPTED = 202;
  private static final int UNAVAILABLE = 503;
  private static final int BLOCK = 4096;
  private static final Duration BOUND = Duration.ofSeconds(90);

  private record Text(String text, String key) {}

  private final Town town;
  private final Path disk;
  private final PrintStream out;
  private final List<String> accepted = new ArrayList<>(); // texts, in the order of acceptance
  private final List<String> written = new ArrayList<>(); // by the phone
  private final List<String> wrong = new ArrayList<>();
  private int made;

  /// `disk`: a folder of the file system that the gateway's data is on.
  DiskFull(Town town, Path disk, PrintStream out) {
    this.town = town;
    this.disk = disk;
    this.out = out;
  }

  /// Gives what wasn't as it must be.
  List<String> run(int rounds) throws IOException, InterruptedException {
    town.link(1);
    town.sandbox().makePhone(PHONE, "Phone");
    for (int round = 1; round <= rounds; round++) {
      accept(EACH);
      write(EACH);
      fillAndFree(round);
    }
    accept(EACH);
    write(EACH);
    settled();
    return wrong;
  }

  private void fillAndFree(int round) throws IOException {
    var filling = fill();
    int before = accepted.size();
    var refused = new ArrayList<Text>();
    refused.add(sendUntilRefused());
    int taken = accepted.size() - before;
    awaitReadiness(UNAVAILABLE);
    write(EACH);
    for (int n = 0; n < EACH; n++) {
      var text = next();
      if (!sent(text)) {
        refused.add(text);
      }
    }
    expect(town.gateway().get("/health/live").status() == READY, "it isn't live");
    acknowledgedOnlyWhatIsStored();

    Files.delete(filling);
    var freed = Instant.now();
    awaitReadiness(READY);
    var ready = Duration.between(freed, Instant.now());
    town.awaitState(TENANT, "connected");
    var connected = Duration.between(freed, Instant.now());
    for (var text : refused) {
      expect(sent(text), "refused though the disk has room");
    }
    out.printf(
        "round %d: %d sends found room, %d were refused; ready %.1f s after it was freed,"
            + " connected after %.1f s%n",
        round, taken, refused.size(), seconds(ready), seconds(connected));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /// Takes all the room that is left.
  private Path fill() throws IOException {
    var file = disk.resolve("filling");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(ByteBuffer.allocate(BLOCK));
      }
    } catch (IOException _) {
      return file; // no space left on device
    }
  }

  private Text sendUntilRefused() {
    for (int n = 0; n < MOST; n++) {
      var text = next();
      if (!sent(text)) {
        return text;
      }
    }
    throw new AssertionError("the disk never was full");
  }

  private Text next() {
    made++;
    return new Text("text " + made, "key-" + made);
  }

  private void accept(int count) {
    for (int n = 0; n < count; n++) {
      expect(sent(next()), "refused though the disk has room");
    }
  }

  private boolean sent(Text text) {
    var body = Map.of("to", "+" + Town.ECHO, "type", "text", "text", text.text());
    var answer = town.gateway().post(Town.path(TENANT) + "/messages", body, text.key());
    expect(
        answer.status() == ACCEPTED || answer.status() == UNAVAILABLE,
        "a send was answered with " + answer.status());
    if (answer.status() == ACCEPTED) {
      accepted.add(text.text());
    }
    return answer.status() == ACCEPTED;
  }

  private void write(int count) {
    for (int n = 0; n < count; n++) {
      var text = "phone " + written.size();
      town.sandbox().sendFromPhone(PHONE, Town.number(TENANT), text);
      written.add(text);
    }
  }

  private void awaitReadiness(int status) {
    await()
        .alias("readiness answers " + status)
        .atMost(BOUND)
        .until(() -> town.gateway().get("/health/ready").status() == status);
  }

  /// The server is asked first: what is answered until then must be in the log already.
  private void acknowledgedOnlyWhatIsStored() {
    int unanswered = town.sandbox().unanswered(Town.number(TENANT), 1);
    int stored = received().size();
    int delivered = written.size() + texts().size(); // the phone's own, and echoes
    expect(
        delivered - unanswered <= stored,
        "%d delivered, %d unanswered, %d stored".formatted(delivered, unanswered, stored));
    expect(unanswered > 0, "everything was acknowledged on a full disk");
  }

  private void settled() {
    await()
        .atMost(BOUND)
        .until(
            () ->
                texts().size() >= accepted.size()
                    && received().size() >= accepted.size() + written.size()
                    && town.sandbox().unanswered(Town.number(TENANT), 1) == 0);
    var received = received();
    expect(texts().equals(accepted), "what was accepted didn't come once and in order");
    expect(only(received, "phone").equals(written), "what the phone wrote isn't there once");
    expect(only(received, "text").equals(accepted), "the echoes aren't there once");
    expect(town.sandbox().violations(Optional.empty()).isEmpty(), "there are violations");
    expect(town.replacedLive() == 0, "a living socket was replaced");
    out.printf("%d accepted, %d received, each once%n", accepted.size(), received.size());
  }

  private List<String> received() {
    return town.gateway().texts("t" + TENANT);
  }

  private static List<String> only(List<String> texts, String word) {
    return texts.stream().filter(text -> text.startsWith(word)).toList();
  }

  /// What has reached the other phone, in its order.
  private List<String> texts() {
    return town.sandbox().phoneMessages(Town.ECHO).stream()
        .filter(note -> note.from().equals(Town.number(TENANT)))
        .map(note -> note.text())
        .toList();
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }
}
