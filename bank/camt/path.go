package camt

import (
	"strings"

	"quitt/bank/statement"
)

// node is an element of interest: what to do when it begins, with its text, and when it ends.
// text gives one of the faults if something is wrong with it.
type node struct {
	children map[string]*node
	open     func(w *walk, name string) error
	text     func(w *walk, text string) error
	close    func(w *walk) error
}

// at gives the node of a path, and makes it if need be.
func (n *node) at(path string) *node {
	for name := range strings.SplitSeq(path, "/") {
		next := n.children[name]
		if next == nil {
			next = &node{}
			if n.children == nil {
				n.children = map[string]*node{}
			}
			n.children[name] = next
		}
		n = next
	}
	return n
}

// on says what to do with the text at a path.
func (n *node) on(path string, text func(w *walk, text string) error) { n.at(path).text = text }

// keep says where the text at a path goes; the first one stays, blanks around it do not.
func (n *node) keep(path string, field func(w *walk) *string) {
	n.on(path, func(w *walk, text string) error {
		if f := field(w); *f == "" {
			*f = strings.TrimSpace(text)
		}
		return nil
	})
}

// amount, day and sign are what has to be right, wherever it stands.
func (n *node) amount(path string, field func(w *walk) **statement.Money) {
	n.on(path, func(w *walk, text string) error {
		m, err := w.money(text)
		if f := field(w); err == nil && *f == nil {
			*f = &m
		}
		return err
	})
}

func (n *node) day(path string, field func(w *walk) *statement.Date) {
	read := func(w *walk, text string) error {
		d, ok := statement.Day(strings.TrimSpace(text))
		if !ok {
			return errDate
		}
		*field(w) = d
		return nil
	}
	n.on(path+"/Dt", read)
	n.on(path+"/DtTm", read)
}

func (n *node) sign(path string, field func(w *walk) *int64) {
	n.on(path, func(w *walk, text string) error {
		switch strings.TrimSpace(text) {
		case "CRDT":
			*field(w) = 1
		case "DBIT":
			*field(w) = -1
		default:
			return errSign
		}
		return nil
	})
}

func (n *node) truth(path string, field func(w *walk) *bool) {
	n.on(path, func(w *walk, text string) error {
		t := strings.TrimSpace(text)
		*field(w) = t == "true" || t == "1"
		return nil
	})
}

// document knows every version at once: where an element moved (Dbtr/Nm became Dbtr/Pty/Nm, Sts
// became Sts/Cd, BIC became BICFI), both places lead to the same field.
var document = documentNode()

func documentNode() *node {
	d := &node{}
	for _, m := range []struct {
		message, report, number string
		kind                    statement.Kind
	}{
		{"BkToCstmrStmt", "Stmt", "053", statement.Booked},
		{"BkToCstmrAcctRpt", "Rpt", "052", statement.Intraday},
		{"BkToCstmrDbtCdtNtfctn", "Ntfctn", "054", statement.Detail},
	} {
		d.at(m.message).open = func(w *walk, _ string) error { return w.message(m.kind, m.number) }
		r := d.at(m.message + "/" + m.report)
		r.open, r.close = (*walk).beginReport, (*walk).endReport
		reportPaths(r)
		balancePaths(r.at("Bal"))
		entryPaths(r.at("Ntry"))
		transactionPaths(r.at("Ntry/NtryDtls/TxDtls"))
	}
	return d
}

func reportPaths(n *node) {
	n.keep("Id", func(w *walk) *string { return &w.report.head.ID })
	n.keep("ElctrncSeqNb", func(w *walk) *string { return &w.report.electronic })
	n.keep("LglSeqNb", func(w *walk) *string { return &w.report.legal })
	n.keep("CreDtTm", func(w *walk) *string { return &w.report.created })
	n.keep("Acct/Id/IBAN", func(w *walk) *string { return &w.report.head.IBAN })
	n.keep("Acct/Id/Othr/Id", func(w *walk) *string { return &w.report.head.Other })
	n.keep("Acct/Id/PrtryAcct/Id", func(w *walk) *string { return &w.report.head.Other })
	n.keep("Acct/Ccy", func(w *walk) *string { return &w.report.head.Currency })
	for path, field := range map[string]func(w *walk) *statement.Date{
		"FrDt": func(w *walk) *statement.Date { return &w.report.head.From },
		"ToDt": func(w *walk) *statement.Date { return &w.report.head.To },
	} {
		n.on("FrToDt/"+path+"Tm", func(w *walk, text string) error {
			d, ok := statement.Day(strings.TrimSpace(text))
			*field(w) = d
			if !ok {
				return errDate
			}
			return nil
		})
		n.at("FrToDt/" + path).text = n.at("FrToDt/" + path + "Tm").text
	}
}

func balancePaths(n *node) {
	n.open, n.close = (*walk).beginBalance, (*walk).endBalance
	n.keep("Tp/CdOrPrtry/Cd", func(w *walk) *string { return &w.balance.code })
	n.amount("Amt", func(w *walk) **statement.Money { return &w.balance.amount })
	n.sign("CdtDbtInd", func(w *walk) *int64 { return &w.balance.sign })
	n.day("Dt", func(w *walk) *statement.Date { return &w.balance.on })
}

func entryPaths(n *node) {
	n.open, n.close = (*walk).beginEntry, (*walk).endEntry
	n.amount("Amt", func(w *walk) **statement.Money { return &w.entry.amount })
	n.sign("CdtDbtInd", func(w *walk) *int64 { return &w.entry.sign })
	n.truth("RvslInd", func(w *walk) *bool { return &w.entry.out.Reversal })
	n.keep("Sts", func(w *walk) *string { return &w.entry.status })
	n.keep("Sts/Cd", func(w *walk) *string { return &w.entry.status })
	n.day("BookgDt", func(w *walk) *statement.Date { return &w.entry.out.BookedOn })
	n.day("ValDt", func(w *walk) *statement.Date { return &w.entry.out.ValueOn })
	n.keep("AcctSvcrRef", func(w *walk) *string { return &w.entry.out.Ref })
	codePaths(n.at("BkTxCd"), func(w *walk) *code { return &w.entry.code })
	n.amount("AmtDtls/InstdAmt/Amt", func(w *walk) **statement.Money { return &w.entry.ordered })
	chargePaths(n.at("Chrgs"), func(w *walk) *[]charge { return &w.entry.charges })
	n.on("AddtlNtryInf", func(w *walk, text string) error {
		w.entry.out.Text = strings.TrimSpace(w.entry.out.Text + " " + strings.TrimSpace(text))
		return nil
	})
	b := n.at("NtryDtls/Btch")
	b.open = func(w *walk, _ string) error { w.entry.isBatch = true; return nil }
	b.keep("MsgId", func(w *walk) *string { return &w.entry.batch.MessageID })
	b.keep("PmtInfId", func(w *walk) *string { return &w.entry.batch.PaymentID })
	b.on("NbOfTxs", func(w *walk, text string) error {
		w.entry.batch.Count += count(strings.TrimSpace(text))
		return nil
	})
}

func codePaths(n *node, c func(w *walk) *code) {
	n.keep("Domn/Cd", func(w *walk) *string { return &c(w).domain })
	n.keep("Domn/Fmly/Cd", func(w *walk) *string { return &c(w).family })
	n.keep("Domn/Fmly/SubFmlyCd", func(w *walk) *string { return &c(w).sub })
	n.keep("Prtry/Cd", func(w *walk) *string { return &c(w).proprietary })
}

// chargePaths reads both forms: version 2 repeats Chrgs, later ones repeat Rcrd within it.
func chargePaths(n *node, list func(w *walk) *[]charge) {
	for _, r := range []*node{n, n.at("Rcrd")} {
		r.open = func(w *walk, _ string) error { w.charge = charge{}; return nil }
		r.amount("Amt", func(w *walk) **statement.Money { return &w.charge.amount })
		r.sign("CdtDbtInd", func(w *walk) *int64 { return &w.charge.sign })
		r.on("ChrgInclInd", func(w *walk, text string) error {
			w.charge.beside = strings.TrimSpace(text) == "false" || strings.TrimSpace(text) == "0"
			return nil
		})
		r.close = func(w *walk) error {
			l := list(w)
			if w.charge.amount != nil {
				*l = append(*l, w.charge)
			}
			if w.charge = (charge{}); len(*l) > mostPieces {
				return bad("bankfile_size", w.place())
			}
			return nil
		}
	}
}

func transactionPaths(n *node) {
	n.open, n.close = (*walk).beginTransaction, (*walk).endTransaction
	tx := func(w *walk) *statement.Transaction { return &w.tx.out }
	n.keep("Refs/AcctSvcrRef", func(w *walk) *string { return &tx(w).Ref })
	n.keep("Refs/PmtInfId", func(w *walk) *string { return &tx(w).PaymentID })
	n.keep("Refs/InstrId", func(w *walk) *string { return &tx(w).Instruction })
	n.keep("Refs/EndToEndId", func(w *walk) *string { return &tx(w).EndToEnd })
	n.keep("Refs/MndtId", func(w *walk) *string { return &tx(w).Mandate })
	n.keep("Refs/Prtry/Ref", func(w *walk) *string { return &w.tx.proprietary })
	n.amount("Amt", func(w *walk) **statement.Money { return &w.tx.amount })
	n.amount("AmtDtls/TxAmt/Amt", func(w *walk) **statement.Money { return &w.tx.moved })
	n.amount("AmtDtls/InstdAmt/Amt", func(w *walk) **statement.Money { return &w.tx.ordered })
	n.sign("CdtDbtInd", func(w *walk) *int64 { return &w.tx.sign })
	codePaths(n.at("BkTxCd"), func(w *walk) *code { return &w.tx.code })
	chargePaths(n.at("Chrgs"), func(w *walk) *[]charge { return &w.tx.charges })
	for side, party := range map[string]func(w *walk) *party{
		"Dbtr": func(w *walk) *party { return &w.tx.debtor },
		"Cdtr": func(w *walk) *party { return &w.tx.creditor },
	} {
		for _, pty := range []string{"", "/Pty"} {
			n.keep("RltdPties/"+side+pty+"/Nm", func(w *walk) *string { return &party(w).Name })
			n.keep("RltdPties/Ultmt"+side+pty+"/Nm", func(w *walk) *string { return &party(w).ultimate })
			n.keep("RltdPties/"+side+pty+"/Id/PrvtId/Othr/Id", func(w *walk) *string { return &party(w).id })
		}
		n.keep("RltdPties/"+side+"Acct/Id/IBAN", func(w *walk) *string { return &party(w).IBAN })
		n.keep("RltdPties/"+side+"Acct/Id/Othr/Id", func(w *walk) *string { return &party(w).IBAN })
		n.keep("RltdAgts/"+side+"Agt/FinInstnId/BIC", func(w *walk) *string { return &party(w).BIC })
		n.keep("RltdAgts/"+side+"Agt/FinInstnId/BICFI", func(w *walk) *string { return &party(w).BIC })
	}
	remittancePaths(n)
	n.keep("Purp/Cd", func(w *walk) *string { return &tx(w).Purpose })
	n.at("RtrInf").open = func(w *walk, _ string) error { w.tx.out.Return = &statement.Return{}; return nil }
	n.keep("RtrInf/Rsn/Cd", func(w *walk) *string { return &tx(w).Return.Code })
	n.keep("RtrInf/Rsn/Prtry", func(w *walk) *string { return &w.tx.reason })
	n.on("RtrInf/AddtlInf", func(w *walk, text string) error {
		w.tx.out.Return.Text = strings.TrimSpace(w.tx.out.Return.Text + " " + strings.TrimSpace(text))
		return nil
	})
	n.keep("AddtlTxInf", func(w *walk) *string { return &w.tx.remark })
}

// remittancePaths keeps the pieces as they are written: a bank may have cut a number in two, and
// whether a blank belongs between only the blanks tell.
func remittancePaths(n *node) {
	piece := func(w *walk, text string) error {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		if len(w.tx.out.Remittance) == mostPieces {
			return errSize
		}
		w.tx.out.Remittance = append(w.tx.out.Remittance, straight(text))
		return nil
	}
	n.on("RmtInf/Ustrd", piece)
	n.on("RmtInf/Strd/AddtlRmtInf", piece)
	n.on("RmtInf/Strd/RfrdDocInf/Nb", piece)
	n.on("RmtInf/Strd/CdtrRefInf/Ref", func(w *walk, text string) error {
		if w.tx.out.Reference != "" {
			return piece(w, text)
		}
		w.tx.out.Reference = strings.TrimSpace(text)
		return nil
	})
}
