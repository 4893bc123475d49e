package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.edge.http.ContractClient.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closing a batch over HTTPS, every answer held against the contract. */
class BatchIT {
  private static final String TWO =
      "{\"debitFen\":200,\"debitCount\":2,\"creditFen\":0,\"creditCount\":0}";
  private static final String ONE =
      "{\"debitFen\":100,\"debitCount\":1,\"creditFen\":0,\"creditCount\":0%s}";

  private static EdgeHouse house;
  private static ContractClient till;

  @BeforeAll
  static void open() throws Exception {
    house = new EdgeHouse(EdgeHouse.limits(500, 60_000, 10_000, 10_000));
    till = house.shows("urn:ecard:terminal:T0000001");
  }

  @AfterAll
  static void close() throws Exception {
    house.close();
  }

  private static Answer close(String number, String json) throws Exception {
    return till.send(till.post("/v1/batches/" + number + "/close", json));
  }

  @Test
  void balances() throws Exception {
    Answer answer = close("000017", TWO);
    assertEquals(200, answer.status());
    assertEquals("BALANCED", answer.json().getString("outcome"));
    assertEquals("00", answer.json().getString("responseCode"));
    assertEquals(17, answer.json().getInteger("batch"));
    assertEquals(18, answer.json().getInteger("nextBatch"));
    assertEquals(new JsonObject(TWO), answer.json().getJsonObject("gateway"));
    assertEquals(1, close("999999", TWO).json().getInteger("nextBatch"));
  }

  @Test
  void namesDifferencesWhenTheTillListsWhatItDid() throws Exception {
    Answer totals = close("17", ONE.formatted(""));
    assertEquals("UNBALANCED", totals.json().getString("outcome"));
    assertEquals("95", totals.json().getString("responseCode"));
    assertEquals(new JsonArray(), totals.json().getJsonArray("differences"));
    assertTrue(totals.json().getString("say").contains("上送"), totals.json()::encode);
    Answer listed =
        close(
            "17",
            ONE.formatted(
                ",\"details\":[{\"side\":\"DEBIT\",\"requestId\":\"s-1\",\"orderFen\":100}]"));
    assertEquals(
        new JsonArray()
            .add(
                new JsonObject()
                    .put("finding", "MISSING_AT_TILL")
                    .put("side", "DEBIT")
                    .put("requestId", "s-2")
                    .put("gatewayFen", 100))
            .add(
                new JsonObject()
                    .put("finding", "MISSING_HERE")
                    .put("side", "CREDIT")
                    .put("requestId", "s-3")
                    .put("tillFen", 7)),
        listed.json().getJsonArray("differences"));
    assertTrue(listed.json().getString("say").contains("2笔"), listed.json()::encode);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 422, TERMINAL_SUSPENDED, 58",
    "3, 422, BATCH_NUMBER_DIFFERS, 77",
    "4, 422, CONFLICTS_WITH_EARLIER, 12",
    "5, 409, IN_FLIGHT, 09",
    "6, 409, IN_FLIGHT, 09",
    "0, 400, MALFORMED, 30",
    "x, 400, MALFORMED, 30",
    "1000000, 400, MALFORMED, 30"
  })
  void saysWhyNot(String number, int status, String code, String responseCode) throws Exception {
    Answer answer = close(number, TWO);
    assertEquals(status, answer.status());
    assertEquals(code, answer.code());
    assertEquals(responseCode, answer.json().getString("responseCode"));
  }

  @Test
  void isForTerminalsOnly() throws Exception {
    ContractClient nobody = house.plain();
    assertEquals(401, nobody.send(nobody.post("/v1/batches/1/close", TWO)).status());
    assertEquals(405, till.get("/v1/batches/1/close").status());
  }

  @Test
  void aTillWithoutAMemoryLearnsWhereItStands() throws Exception {
    Answer current = till.get("/v1/batches/current");
    assertEquals(200, current.status());
    assertEquals(7, current.json().getInteger("batch"));
    assertEquals(45, current.json().getInteger("traceMax"));
    assertEquals(401, house.plain().get("/v1/batches/current").status());
    assertEquals(401, house.plain().get("/v1/terminals/mine").status());
  }
}
