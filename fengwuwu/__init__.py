"""fengwuwu: project library, financing plan and pilot application for Fengjie, Wushan and Wuxi."""
