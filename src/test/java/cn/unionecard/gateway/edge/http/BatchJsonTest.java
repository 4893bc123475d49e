package cn.unionecard.gateway.edge.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.BatchDetail;
import cn.unionecard.gateway.model.BatchSide;
import cn.unionecard.gateway.model.BatchTotals;
import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.model.Fen;
import cn.unionecard.gateway.model.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchJsonTest {
  private static final String TOTALS =
      "{'debitFen':300,'debitCount':2,'creditFen':100,'creditCount':1";

  private static BatchJson.Closing read(String json) {
    return BatchJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsTotals() {
    BatchJson.Closing asked = read(TOTALS + "}");
    assertEquals(new BatchTotals(Fen.of(300), 2, Fen.of(100), 1), asked.totals());
    assertNull(asked.details());
    assertEquals(List.of(), read(TOTALS + ",'details':[]}").details());
  }

  @Test
  void readsTheListBehindThem() {
    assertEquals(
        List.of(
            new BatchDetail(BatchSide.DEBIT, new RequestId("a-1"), Fen.of(300)),
            new BatchDetail(BatchSide.CREDIT, new RequestId("a-2"), Fen.ZERO)),
        read(TOTALS
                + ",'details':[{'side':'DEBIT','requestId':'a-1','orderFen':300},"
                + "{'orderFen':0,'side':'CREDIT','requestId':'a-2'}]}")
            .details());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'debitFen':1,'debitCount':1,'creditFen':0}                                   | creditCount",
        "{'debitFen':-1,'debitCount':1,'creditFen':0,'creditCount':0}                  | debitFen",
        "{'debitFen':1,'debitCount':1000000,'creditFen':0,'creditCount':0}             | debitCount",
        "TOTALS,'flag':1}                                                              | flag",
        "TOTALS,'details':{}}                                                          | details",
        "TOTALS,'details':[1]}                                                         | details[0]",
        "TOTALS,'details':[[]]}                                                        | details[0]",
        "TOTALS,'details':[{'side':'DEBIT','requestId':'a'}]}                          | details[0].orderFen",
        "TOTALS,'details':[{'side':'D','requestId':'a','orderFen':1}]}                 | details[0].side",
        "TOTALS,'details':[{'side':'DEBIT','requestId':'ä','orderFen':1}]}             | details[0].requestId",
        "TOTALS,'details':[{'side':'DEBIT','requestId':'a','orderFen':1},{'card':'1'}]} | details[1].card",
        "TOTALS,'details':[{'side':'DEBIT','side':'DEBIT'}]}                           | side",
        "TOTALS,'details':[{'side':'DEBIT','requestId':'a','orderFen':[]}]}            | details[0].orderFen",
      })
  void faultsNameTheField(String json, String field) {
    Fault.Malformed fault =
        assertThrows(Fault.Malformed.class, () -> read(json.replace("TOTALS", TOTALS)));
    assertEquals(field, fault.field);
  }

  @Test
  void aListThatDoesNotEndIsNoJson() {
    assertThrows(Fault.Malformed.class, () -> read(TOTALS + ",'details':[{'side':'DEBIT'"));
    assertThrows(Fault.Malformed.class, () -> read(TOTALS + ",'details':["));
  }
}
