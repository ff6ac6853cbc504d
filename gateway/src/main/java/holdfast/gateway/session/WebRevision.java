package holdfast.gateway.session;

import holdfast.gateway.store.Facts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The revision N of WhatsApp Web (`2.3000.N`) that sessions claim to be (R41): built in, refreshed
/// from the public page, the newest good one kept in the store.
///
/// The page and its words: protocol page 01 § 7. A revision never goes back: an old one works for
/// months, one that is younger than the server's own isn't known.
public final class WebRevision {
  /// How often it is looked up.
  public static final Duration PERIOD = Duration.ofHours(12);

  static final int BUILT_IN = 1_045_649_367;

  private static final URI PAGE = URI.create("https://web.whatsapp.com/sw.js");
  private static final Pattern REVISION =
      Pattern.compile("\\\\?\"client_revision\\\\?\":\\s*(\\d{1,10})");
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int OK = 200;
  private static final String FACT = "web_revision";
  private static final Logger log = LoggerFactory.getLogger(WebRevision.class);

  private final Facts facts;
  private final boolean refreshed;
  private volatile int current;

  private WebRevision(Facts facts, boolean refreshed, int current) {
    this.facts = facts;
    this.refreshed = refreshed;
    this.current = current;
  }

  /// Always `fixed`.
  public static WebRevision fixed(Facts facts, int fixed) {
    return new WebRevision(facts, false, fixed);
  }

  /// The newest that is known. `real`: whether it is the real WhatsApp that is claimed to; only
  /// then
  /// is its page ever asked.
  public static WebRevision newest(Facts facts, boolean real) {
    int kept = facts.find(FACT).flatMap(WebRevision::number).orElse(BUILT_IN);
    return new WebRevision(facts, real, real ? Math.max(kept, BUILT_IN) : BUILT_IN);
  }

  public int current() {
    return current;
  }

  /// Asks the page; returns whether a newer revision is known now. Never throws: without an answer
  /// the last good one stays.
  public boolean refresh() {
    if (!refreshed) {
      return false;
    }
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var request =
          HttpRequest.newBuilder(PAGE)
              .timeout(PATIENCE)
              .header("User-Agent", "Mozilla/5.0")
              .header("Sec-Fetch-Dest", "script")
              .header("Sec-Fetch-Mode", "same-origin")
              .header("Sec-Fetch-Site", "same-origin")
              .build();
      var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == OK && take(answer.body());
    } catch (IOException e) {
      log.warn("WhatsApp's revision couldn't be looked up, {} stays: {}", current, e.toString());
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Returns whether `page` names a newer one.
  boolean take(String page) {
    var found = parse(page).filter(revision -> revision > current);
    found.ifPresent(
        revision -> {
          log.info("WhatsApp's revision is {} now, it was {}", revision, current);
          current = revision;
          facts.put(FACT, Integer.toString(revision));
        });
    return found.isPresent();
  }

  /// The first revision that a page of WhatsApp Web names.
  static Optional<Integer> parse(String page) {
    var found = REVISION.matcher(page);
    return found.find() ? number(found.group(1)) : Optional.empty();
  }

  private static Optional<Integer> number(String digits) {
    try {
      return Optional.of(Integer.parseInt(digits));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
