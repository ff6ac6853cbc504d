package holdfast.sandbox.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.server.HttpHandler;
import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Refused;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes of the control interface. JSON in, JSON out; what can't be done is a problem document
/// with the field and the reason.
public final class ControlApi implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);
  private static final Set<String> FAULT_FIELDS = Set.of("fault", "device", "count");
  private static final int PAGE = 10_000;

  private record Result(int status, JsonNode body) {}

  private record Request(Map<String, String> path, Map<String, String> query, JsonNode body) {
    String number() {
      return path.getOrDefault("number", "");
    }

    String text(String field) {
      var value = body.path(field);
      if (!value.isTextual() || value.asText().isEmpty()) {
        throw new Refused(400, "missing", field, "The field " + field + " must be a text.");
      }
      return value.asText();
    }

    List<String> texts(String field) {
      var texts = new ArrayList<String>();
      body.path(field).forEach(value -> texts.add(value.asText()));
      return texts;
    }

    int integer(String field, Optional<Integer> otherwise) {
      var value = body.path(field);
      if (value.isMissingNode() && otherwise.isPresent()) {
        return otherwise.get();
      }
      if (!value.canConvertToInt()) {
        throw new Refused(400, "not_a_number", field, "The field " + field + " must be a number.");
      }
      return value.asInt();
    }
  }

  @FunctionalInterface
  private interface Route {
    Result answer(Request request);
  }

  private final Operations operations;
  private final FaultDesk faults;
  private final Router<Route> router = new Router<>();

  /// `about` gives what `GET /sandbox` says.
  public ControlApi(Operations operations, FaultDesk faults, Supplier<Map<String, String>> about) {
    this.operations = operations;
    this.faults = faults;
    router.add("GET", "/sandbox", _ -> ok(Shapes.plain(about.get())));
    phones();
    groups();
    router.add("POST", "/sandbox/prepared", this::prepare);
    router.add("GET", "/sandbox/sockets", _ -> ok(Shapes.sockets(operations.sockets())));
    router.add("GET", "/sandbox/violations", this::violations);
    router.add(
        "GET", "/sandbox/faults", _ -> ok(Shapes.list("faults", faults.list(), Shapes::fault)));
    router.add("POST", "/sandbox/faults", this::giveFault);
    router.add("GET", "/sandbox/faults/log", this::faultLog);
    router.add("DELETE", "/sandbox/faults", this::clearFaults);
    router.add("DELETE", "/sandbox/faults/{number}", this::clearFaults);
  }

  private void phones() {
    router.add(
        "GET",
        "/sandbox/phones",
        _ -> ok(Shapes.list("phones", operations.phones(), Shapes::plain)));
    router.add("POST", "/sandbox/phones", this::makePhone);
    router.add(
        "GET", "/sandbox/phones/{number}", r -> ok(Shapes.plain(operations.phoneView(r.number()))));
    router.add(
        "POST", "/sandbox/phones/{number}/scan", r -> device(operations.scan(r.number(), qr(r))));
    router.add(
        "POST",
        "/sandbox/phones/{number}/enter-code",
        r -> device(operations.enterCode(r.number(), r.text("code"))));
    router.add("POST", "/sandbox/phones/{number}/unlink", this::unlink);
    router.add("POST", "/sandbox/phones/{number}/messages", this::send);
    router.add("GET", "/sandbox/phones/{number}/messages", this::messages);
  }

  private void groups() {
    router.add(
        "GET",
        "/sandbox/groups",
        _ -> ok(Shapes.list("groups", operations.groups(), Shapes::plain)));
    router.add(
        "POST",
        "/sandbox/groups",
        r ->
            new Result(
                201, Shapes.plain(operations.makeGroup(r.text("subject"), r.texts("members")))));
    router.add(
        "POST",
        "/sandbox/groups/{id}/members",
        r ->
            ok(
                Shapes.plain(
                    operations.changeGroup(
                        r.path().getOrDefault("id", ""), r.texts("add"), r.texts("remove")))));
  }

  // ---- routes

  private Result makePhone(Request request) {
    var number = request.text("number");
    boolean fresh = operations.makePhone(number, request.text("pushName"));
    if (request.body().has("echo")) {
      operations.setEchoes(number, request.body().path("echo").asBoolean());
    }
    return new Result(fresh ? 201 : 200, Shapes.plain(operations.phoneView(number)));
  }

  /// The text of the QR; or whatever holds it under `qr`, such as the answer of a gateway.
  private static String qr(Request request) {
    var qr = request.body().path("qr");
    return qr.isObject()
        ? new Request(request.path(), request.query(), qr).text("qr")
        : request.text("qr");
  }

  private static Result device(int number) {
    return ok(Shapes.object().put("device", number));
  }

  private Result unlink(Request request) {
    int device = request.integer("device", Optional.empty());
    operations.unlink(request.number(), device);
    return device(device);
  }

  /// `first`: the first of `count` new numbers, each with a companion that needs no pairing.
  private Result prepare(Request request) {
    long first = number(request.text("first"), "first");
    int count = request.integer("count", Optional.of(1));
    int preKeys = request.integer("preKeys", Optional.of(20));
    return new Result(
        201, Shapes.list("companions", operations.prepare(first, count, preKeys), Shapes::plain));
  }

  /// `count`: how often, each time as a message of its own.
  private Result send(Request request) {
    int count = request.integer("count", Optional.of(1));
    var id =
        operations.sendFromPhone(request.number(), request.text("to"), request.text("text"), count);
    return ok(Shapes.object().put("id", id));
  }

  /// `after`: only those behind this sequence number.
  private Result messages(Request request) {
    long after = number(request.query().getOrDefault("after", "0"), "after");
    long limit = number(request.query().getOrDefault("limit", "" + PAGE), "limit");
    List<Note> notes =
        operations.phoneMessages(request.number()).stream()
            .filter(note -> note.sequence() > after)
            .limit(limit)
            .toList();
    return ok(Shapes.list("messages", notes, Shapes::note));
  }

  private static long number(String text, String field) {
    if (!text.matches("[0-9]{1,18}")) {
      throw new Refused(400, "not_a_number", field, "The value of " + field + " isn't a number.");
    }
    return Long.parseLong(text);
  }

  private Result violations(Request request) {
    var device = Optional.ofNullable(request.query().get("device"));
    return ok(Shapes.list("violations", operations.violations(device), Shapes::violation));
  }

  private Result giveFault(Request request) {
    var settings = new HashMap<String, Object>();
    request
        .body()
        .properties()
        .forEach(
            field -> {
              if (!FAULT_FIELDS.contains(field.getKey())) {
                settings.put(
                    field.getKey(), Json.MAPPER.convertValue(field.getValue(), Object.class));
              }
            });
    var device =
        request.body().hasNonNull("device")
            ? Optional.of(request.body().path("device").asText())
            : Optional.<String>empty();
    int count = request.integer("count", Optional.of(1));
    return ok(Shapes.fault(faults.give(request.text("fault"), device, count, settings)));
  }

  private Result faultLog(Request request) {
    long after = number(request.query().getOrDefault("after", "0"), "after");
    long limit = Math.min(PAGE, number(request.query().getOrDefault("limit", "" + PAGE), "limit"));
    return ok(Shapes.list("log", faults.log(after, (int) limit), Shapes::happened));
  }

  private Result clearFaults(Request request) {
    var number = request.path().get("number");
    if (number == null) {
      faults.clear();
    } else {
      faults.clear(number(number, "number"));
    }
    return ok(Shapes.list("faults", faults.list(), Shapes::fault));
  }

  private static Result ok(JsonNode body) {
    return new Result(200, body);
  }

  // ---- HTTP

  @Override
  public Answer handle(Call call) {
    try {
      var found = router.find(call.method(), call.path());
      if (found.isEmpty()) {
        throw router.knows(call.path())
            ? new Refused(405, "method_not_allowed", "", "Not by this method.")
            : new Refused(404, "unknown_route", "", "There is nothing at this path.");
      }
      var request = new Request(found.get().parameters(), call.query(), body(call));
      var result = found.get().handler().answer(request);
      return json(result.status(), "application/json", result.body());
    } catch (Refused refused) {
      return json(refused.status(), "application/problem+json", Shapes.problem(refused));
    } catch (RuntimeException e) {
      LOG.error("a request of the control interface failed", e);
      var failed = new Refused(500, "internal_error", "", "The sandbox failed; see its log.");
      return json(500, "application/problem+json", Shapes.problem(failed));
    }
  }

  private static ObjectNode body(Call call) {
    if (call.body().length == 0) {
      return Shapes.object();
    }
    try {
      if (Json.MAPPER.readTree(call.body()) instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      // said below
    }
    throw new Refused(400, "not_json", "", "The body isn't a JSON object.");
  }

  private static Answer json(int status, String type, JsonNode body) {
    return new Answer(status, type, Json.bytes(body));
  }
}
