package holdfast.gateway.session;

import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.Facts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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

  /// For the whole page: shorter than a session waits after a 405, and the start waits for it.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final int OK = 200;
  private static final String FACT = "web_revision";
  private static final Logger log = LoggerFactory.getLogger(WebRevision.class);

  private final Facts facts;
  private final Optional<Source> source;
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> underWay =
      new AtomicReference<>();
  private volatile int current;

  /// Where it is looked up, and for how long at most.
  record Source(URI page, Duration patience) {}

  private WebRevision(Facts facts, Optional<Source> source, int current) {
    this.facts = facts;
    this.source = source;
    this.current = current;
  }

  /// Always `fixed`.
  public static WebRevision fixed(Facts facts, int fixed) {
    return new WebRevision(facts, Optional.empty(), fixed);
  }

  /// The newest that is known. `real`: whether it is the real WhatsApp that is claimed to; only
  /// then is its page ever asked.
  public static WebRevision newest(Facts facts, boolean real) {
    return real
        ? of(facts, new Source(PAGE, PATIENCE))
        : new WebRevision(facts, Optional.empty(), BUILT_IN);
  }

  static WebRevision of(Facts facts, Source source) {
    int kept = facts.find(FACT).flatMap(WebRevision::number).orElse(BUILT_IN);
    return new WebRevision(facts, Optional.of(source), Math.max(kept, BUILT_IN));
  }

  public int current() {
    return current;
  }

  /// Asks the page; returns whether a newer revision is known now. Never throws: without an answer
  /// the last good one stays.
  ///
  /// Whoever comes while it is being asked gets the same answer: after a 405 all tenants come at
  /// once.
  public boolean refresh() {
    if (source.isEmpty()) {
      return false;
    }
    var mine = new CompletableFuture<Boolean>();
    var running = underWay.compareAndExchange(null, mine);
    if (running != null) {
      return running.join();
    }
    boolean newer = false;
    try {
      newer = refresh(source.get());
    } finally {
      underWay.set(null);
      mine.complete(newer);
    }
    return newer;
  }

  private boolean refresh(Source from) {
    var client = HttpClient.newBuilder().connectTimeout(from.patience()).build();
    try {
      var request =
          HttpRequest.newBuilder(from.page())
              .header("User-Agent", "Mozilla/5.0")
              .header("Sec-Fetch-Dest", "script")
              .header("Sec-Fetch-Mode", "same-origin")
              .header("Sec-Fetch-Site", "same-origin")
              .build();
      var answer =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .get(from.patience().toMillis(), TimeUnit.MILLISECONDS);
      return answer.statusCode() == OK && take(answer.body());
    } catch (ExecutionException | TimeoutException e) {
      log.warn("WhatsApp's revision couldn't be looked up, {} stays: {}", current, e.toString());
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      client.shutdownNow();
    }
  }

  /// Returns whether `page` names a newer one.
  boolean take(String page) {
    var found = parse(page).filter(revision -> revision > current);
    found.ifPresent(
        revision -> {
          log.info("WhatsApp's revision is {} now, it was {}", revision, current);
          current = revision;
          keep(revision);
        });
    return found.isPresent();
  }

  private void keep(int revision) {
    try {
      facts.put(FACT, Integer.toString(revision));
    } catch (StoreUnavailable e) {
      log.warn("the revision {} isn't kept: {}", revision, e.toString());
    }
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
